import threading
from collections.abc import Callable

from devices.contract.messages import Progress, Request, RequestAnswer, RequestKind
from devices.ids import uuid7
from kiosk.wishes import Wishes
from tests.kiosk.cards import MORNING

Wait = Callable[[Callable[[], object]], None]


def request() -> Request:
    """Return a call for help."""
    return Request(id=uuid7(), ts=MORNING, boot=uuid7(), seq=1, kind=RequestKind.HELP)


def test_the_first_answer_reaches_the_guest_who_waits_and_every_one_is_told_on() -> None:
    """The screen may follow what comes later."""
    news: list[RequestAnswer] = []
    asked = request()
    taken = RequestAnswer(id=asked.id, progress=Progress.TAKEN)
    accepted = RequestAnswer(id=asked.id, progress=Progress.ACCEPTED, by="Mei")

    def send(sent: Request) -> bool:
        wishes.tell(RequestAnswer(id=sent.id, progress=Progress.TAKEN))
        return True

    wishes = Wishes(send, news.append)
    assert wishes.ask(asked, 60) == taken
    wishes.tell(accepted)
    assert news == [taken, accepted]


def test_what_nobody_answers_is_sent_again_under_the_same_id(wait_until: Wait) -> None:
    """A message may be lost while the hub restarts; the guest stands there only for seconds."""
    sent: list[Request] = []
    asked = request()
    answers: list[RequestAnswer | None] = []
    wishes = Wishes(lambda one: not sent.append(one), lambda _: None)  # type: ignore[func-returns-value]  # it is None
    waiting = threading.Thread(target=lambda: answers.append(wishes.ask(asked, 600)))
    waiting.start()
    wait_until(lambda: len(sent) >= 2)
    wishes.tell(RequestAnswer(id=asked.id, progress=Progress.DONE))
    waiting.join()
    assert {one.id for one in sent} == {asked.id}
    assert answers == [RequestAnswer(id=asked.id, progress=Progress.DONE)]


def test_without_a_hub_nobody_waits() -> None:
    """And after the time that a guest waits there is no answer."""
    assert Wishes(lambda _: False, lambda _: None).ask(request(), 60) is None
    assert Wishes(lambda _: True, lambda _: None).ask(request(), 0.01) is None
