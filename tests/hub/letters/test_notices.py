"""A message to a guest says all it must in the guest's own language, in plain text and as a page."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from icalendar import Calendar

from hub.channel_ports import Mail
from hub.domain.guest_messages import GuestMessage, MessageKind
from hub.domain.materials import Document, Materials
from hub.domain.words import Language, Words
from hub.letters.notices import Notices
from hub.usecases.send_messages import Notice
from tests.hub.build import T0, at
from tests.hub.letters.letters import VENUE, letter, occasion

NOTICES = Notices()
MATERIALS = Materials(
    notes=Words("请将手机调至静音", "Please silence your telephone"),
    documents=(
        Document(Words("会议手册", "Handbook"), "https://files.example.com/a?b=1&c=2"),
        Document(Words("产品资料", "Products"), "products.pdf"),
    ),
)
WAYS = ((Words("东门", "East Gate"), Words("穿过大堂", "across the lobby")),)
FACTS: Mapping[MessageKind, dict[str, str]] = {
    MessageKind.REMINDER: {},
    MessageKind.CHANGED: {
        "old_starts_at": "2026-12-01T01:00:00.000Z",
        "new_starts_at": "2026-12-01T02:00:00.000Z",
        "old_room_zh": "云厅",
        "old_room_en": "Cloud Hall",
        "new_room_zh": "启明厅",
        "new_room_en": "Hall",
    },
    MessageKind.PICK_UP: {
        "greeter": "陈明",
        "greeter_phone": "13800000000",
        "at": "2026-12-01T00:10:00Z",
        "place_zh": "虹桥站出站口",
        "place_en": "Hongqiao station, exit",
        "note_zh": "举牌“启明”",
        "note_en": "with a sign",
    },
    MessageKind.TO_BE_CONFIRMED: {"question": "下午有茶歇吗？", "until": "2026-12-01T03:30:00Z"},
    MessageKind.PROGRESS: {"what_zh": "调高温度", "what_en": "Warmer room", "state": "accepted"},
    MessageKind.DELAYED: {
        "cause": "equipment",
        "minutes": "10",
        "kind": "talk",
        "what_zh": "新品发布",
        "what_en": "The launch",
        "starts_at": "2026-12-01T02:10:00Z",
    },
}
WANTED = {
    (MessageKind.REMINDER, "zh"): [
        "2026年12月1日 星期二",
        "10:00–12:00",
        "启明厅（1F）",
        "从东门：穿过大堂",
        "东侧",
        "静音",
        "请勿吸烟",
    ],
    (MessageKind.REMINDER, "en"): [
        "Tuesday 1 December 2026",
        "10:00–12:00",
        "Hall (1F)",
        "East Gate",
        "silence",
        "smoke",
    ],
    (MessageKind.CHANGED, "zh"): [
        "由 2026年12月1日 星期二 09:00 改为 2026年12月1日 星期二 10:00",
        "由 云厅 改为 启明厅",
        "静音",
    ],
    (MessageKind.CHANGED, "en"): ["10:00, Tuesday 1 December 2026 (instead of 09:00,", "Hall (instead of Cloud Hall)"],
    (MessageKind.PICK_UP, "zh"): ["陈明", "13800000000", "08:10", "虹桥站出站口", "举牌"],
    (MessageKind.PICK_UP, "en"): ["陈明", "13800000000", "08:10", "Hongqiao station, exit", "with a sign"],
    (MessageKind.TO_BE_CONFIRMED, "zh"): ["您好，您的问题我们需要确认一下", "11:30", "下午有茶歇吗？"],
    (MessageKind.TO_BE_CONFIRMED, "en"): ["We need to confirm it", "11:30", "下午有茶歇吗？"],
    (MessageKind.PROGRESS, "zh"): ["您提出的“调高温度”已有工作人员在处理"],
    (MessageKind.PROGRESS, "en"): ["Your request “Warmer room” is being seen to"],
    (MessageKind.DELAYED, "zh"): ["对不起，由于设备故障，演讲“新品发布”会延迟 10 分钟，我们会尽快解决", "10:10"],
    (MessageKind.DELAYED, "en"): ["a technical problem", "“The launch” is delayed by 10 minutes", "10:10"],
}


def written(kind: MessageKind, language: Language, *, cancelled: bool = False, **facts: str) -> Mail:
    """Write a message of a kind to Wang."""
    one = letter(language, email=" wang@example.com ").invited
    one = replace(one, guest=replace(one.guest, language=language))
    about = occasion(cancelled=cancelled)
    about = replace(
        about, materials=MATERIALS, venue=replace(VENUE, notes=Words("园区内请勿吸烟", "The park is smoke-free"))
    )
    message = GuestMessage(
        id="msg-1",
        kind=kind,
        dedupe="1",
        invitation=one.invitation.id,
        created_at=T0,
        pointless_at=at(9),
        facts=FACTS[kind] | facts,
    )
    return NOTICES.write(Notice(message=message, invited=one, occasion=about, ways=WAYS), T0)


def plain(page: str) -> str:
    """Return a page's text without its marks, as one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("&amp;", "&").split())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(MessageKind))
def test_each_kind_says_what_it_must_in_both_forms(kind: MessageKind, language: Language) -> None:
    """With the guest's own form of address, and nothing left open."""
    mail = written(kind, language)
    greeting = {"zh": "尊敬的王总：", "en": "Dear Mr Wang,"}[language]
    for part in [greeting, *WANTED[kind, language.value]]:
        assert part in mail.text
        assert part in plain(mail.html)
    assert not re.search(r"[{}]|None", mail.text)
    assert mail.subject.strip()
    assert (mail.address, mail.id) == ("wang@example.com", "msg-1")


def test_documents_are_named_with_link_or_where_to_get_them() -> None:
    """R103: 向客戶提供會議資料; a link is whole in both forms."""
    mail = written(MessageKind.REMINDER, Language.EN)
    assert "Handbook https://files.example.com/a?b=1&c=2" in mail.text
    assert 'href="https://files.example.com/a?b=1&amp;c=2"' in mail.html
    assert "Products (products.pdf; please ask our staff" in mail.text


@pytest.mark.parametrize("kind", [MessageKind.REMINDER, MessageKind.CHANGED])
def test_the_calendar_file_goes_along_and_is_the_invitation_s(kind: MessageKind) -> None:
    """The same UID as the letter's, so that the entry moves instead of standing twice."""
    (file,) = written(kind, Language.ZH).attachments
    (event,) = Calendar.from_ical(file.content).walk("VEVENT")
    assert (str(event["UID"]), event.decoded("DTSTART")) == ("inv-7@yingbin", at(3600).replace(microsecond=0))


@pytest.mark.parametrize(("language", "say"), [(Language.ZH, "已取消"), (Language.EN, "has been cancelled")])
def test_a_cancelled_meeting_is_told_as_nothing_else(language: Language, say: str) -> None:
    """No time to come, no calendar file, no wish to see the guest."""
    mail = written(MessageKind.CHANGED, language, cancelled=True, old_cancelled="no", new_cancelled="yes")
    assert say in mail.text
    assert "星期二 09:00" in mail.text or "1 December 2026, 09:00" in mail.text
    assert mail.attachments == ()
    assert "静音" not in mail.text


def test_names_cannot_become_marks_of_the_page() -> None:
    """A question that a guest typed."""
    mail = written(MessageKind.TO_BE_CONFIRMED, Language.EN, question="<script>alert(1)</script>")
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html


def test_facts_in_other_words_are_told_as_they_are() -> None:
    """A time that is no instant, a state nobody has a sentence for."""
    assert "明早八点" in written(MessageKind.PICK_UP, Language.ZH, at="明早八点").text
    assert "有新的进展" in written(MessageKind.PROGRESS, Language.ZH, state="of tomorrow").text
