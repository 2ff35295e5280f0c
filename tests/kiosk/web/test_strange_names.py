"""People are called what they are called: emoji, two directions of writing, names longer than a screen is wide."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from devices.contract.cards import Candidate, Words
from kiosk.screen import Screen, staff_called
from kiosk.steps.screens import Admitted, Found, GroupIn, group_step
from tests.kiosk.web.browsing import Kiosk, measured, resize
from tests.kiosk.web.step_samples import DELEGATION

pytestmark = pytest.mark.browser

NAMES = {
    "emoji": "\N{PARTY POPPER}\N{FAMILY}" * 20,
    "arabic": "محمد عبد الرحمن بن علي",
    "hebrew": "יעל בן־דוד",
    "accents": "Nguye\u0302\u0303n Thi\u0323 Ho\u0302\u0300ng " * 5,
    "chinese": "王" * 60,
    "latin": "Wolfeschlegelsteinhausenbergerdorff " * 3,
    "markup": "<b>王</b> & \"Co\" 'x'",
}


def screens_of(name: str, welcome: Screen) -> dict[str, Screen]:
    """Return every screen that shows a guest's or a colleague's name."""
    said = Words(zh=name, en=name)
    members = tuple(replace(one, card=replace(one.card, salutation=said)) for one in DELEGATION.members)
    candidate = Candidate(lookup="ab" * 16, meeting="launch", name=name[:40])
    seat = DELEGATION.members[0].card.seat
    return {
        "welcome": replace(welcome, salutation=said),
        "found": Found(languages=("zh",), candidates=(candidate,) * 5),
        "group": group_step(replace(DELEGATION, name=said, members=members), "zh"),
        "group_in": GroupIn(languages=("zh",), guests=(Admitted(salutation=said, ok=True, seat=seat),) * 3),
        "staff_coming": staff_called(reached=True, request="r", staff=name[:40]),
    }


@pytest.mark.parametrize("size", ["800x480", "1280x800"])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_whatever_somebody_is_called_every_screen_is_whole(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], size: str, name: str
) -> None:
    """Nothing leaves the screen, and no name becomes markup; the next screen is as ever."""
    resize(page, size)
    for kind, screen in screens_of(name, screens["welcome-zh"]).items():
        kiosk.show(page, screen)
        assert measured(page, size)["problems"] == [], kind
        expect(page.locator("#stage b")).to_have_count(0)
    kiosk.show(page, screens["welcome-zh"])
    expect(page.locator("h1")).to_have_text("王总，您好！")


@pytest.mark.parametrize("name", ["arabic", "hebrew"])
def test_a_name_written_from_right_to_left_leaves_the_sentence_in_order(
    page: Page, kiosk: Kiosk, screens: dict[str, Screen], name: str
) -> None:
    """The name stands before the greeting's own words, not among them."""
    said = Words(zh=NAMES[name], en=NAMES[name])
    kiosk.show(page, replace(screens["welcome-zh"], salutation=said))
    expect(page.locator("h1")).to_have_text(f"{NAMES[name]}，您好！")
    first, last = page.evaluate(
        """length => {
          const letters = document.createTreeWalker(document.querySelector("h1"), NodeFilter.SHOW_TEXT);
          const node = letters.nextNode();
          const at = (from, to) => {
            const range = document.createRange();
            range.setStart(node, from);
            range.setEnd(node, to);
            return range.getBoundingClientRect();
          };
          const [name, words] = [at(0, length), at(length, node.data.length)];
          return [name.right - words.left, words.top - name.top];
        }""",
        len(NAMES[name]),
    )
    assert first <= 1 or last > 1
