"""One sample of every step that is touched, in both languages, each as full as it gets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from devices.contract.cards import (
    AnswerCard,
    BusinessCard,
    Candidate,
    GroupCard,
    GuestCard,
    MeetingCard,
    Member,
    SeatLabel,
    SegmentCard,
    Words,
)
from devices.contract.messages import RequestKind
from kiosk.screen import Kind, Screen, Way, staff_called
from kiosk.steps.screens import (
    Admitted,
    Agenda,
    Answers,
    Asking,
    Choosing,
    Form,
    Found,
    GroupIn,
    Said,
    Step,
    Told,
    Typing,
    card_step,
    group_step,
)

MORNING = datetime(2026, 12, 31, 0, 40, tzinfo=UTC)

NAMES = [
    Words(zh="王总", en="Mr Wang"),
    Words(zh="李女士", en="Ms Li"),
    Words(zh="欧阳教授", en="Professor Ouyang"),
    Words(zh="张先生", en="Mr Zhang"),
    Words(zh="Smith 博士", en="Dr Smith"),
    Words(zh="陈女士", en="Ms Chen"),
]

DELEGATION = GroupCard(
    key="delegation",
    meeting="launch",
    name=Words(zh="启明大学代表团", en="Qiming University delegation"),
    members=tuple(
        Member(
            lookup=f"{number:032x}",
            card=GuestCard(
                invitation=f"01900000-0000-7000-8000-{number:012x}",
                meeting="launch",
                name=name.zh,
                salutation=name,
                title="高级工程师",
                seat=SeatLabel(zone="A", row="3", number=str(number)),
            ),
        )
        for number, name in enumerate(NAMES, start=1)
    ),
)

TALKS = [
    ("开幕致辞", "Opening address"),
    ("人工智能产品发布", "The new product, presented"),
    ("茶歇", "Tea break"),
    ("圆桌讨论：未来的会议", "Panel: meetings of tomorrow"),
    ("闭幕", "Closing"),
]

SUMMIT = MeetingCard(
    key="summit",
    title=Words(zh="数字化转型峰会", en="Digital Transformation Summit"),
    room="peony",
    room_name=Words(zh="牡丹厅", en="Peony Hall"),
    doors_at=MORNING - timedelta(minutes=30),
    starts_at=MORNING + timedelta(minutes=20),
    ends_at=MORNING + timedelta(hours=7),
    zone="Asia/Shanghai",
    segments=tuple(
        SegmentCard(
            kind="talk",
            title=Words(zh=zh, en=en),
            starts_at=MORNING + timedelta(hours=number),
            ends_at=MORNING + timedelta(hours=number + 1),
        )
        for number, (zh, en) in enumerate(TALKS)
    ),
)
WORKSHOP = replace(SUMMIT, key="workshop", title=Words(zh="安全工作坊", en="Security Workshop"), segments=())

ANSWERS = tuple(
    AnswerCard(key=f"q{number}", position=number, question=Words(zh=zh, en=en), answer=Words(zh=told, en=said))
    for number, (zh, en, told, said) in enumerate(
        [
            (
                "无线网络的密码是什么？",
                "What is the Wi-Fi password?",
                "请连接 Yingbin-Guest，无需密码。",
                "Please join Yingbin-Guest. There is none.",
            ),
            (
                "哪里可以寄存行李？",
                "Where can I leave my luggage?",
                "请到服务台寄存，会后凭牌领取。",
                "At the service desk, against a tag.",
            ),
            ("停车怎么收费？", "What does parking cost?", "宾客停车免费。", "Parking is free for our guests."),
            (
                "会议资料在哪里下载？",
                "Where do I find the slides?",
                "会后一天内发送到您的邮箱。",
                "We send them to you within a day.",
            ),
            (
                "午餐在哪里？",
                "Where is lunch served?",
                "一楼餐厅，12:00 开始。",
                "In the restaurant on floor 1, from 12:00.",
            ),
        ]
    )
)

CANDIDATES = tuple(
    Candidate(lookup=f"{number:032x}", meeting="launch", name=name, phone=f"138****{1234 + number}")
    for number, name in enumerate(["王**", "王*", "汪**", "W** J******", "魏**"])
)

CARD = BusinessCard(name="王建国 Wang Jianguo", company="启明湾科技有限公司", phone="+86 138 0000 1234")
CARDS = {"zh": CARD, "en": replace(CARD, name="Wang Jianguo", company="Qiming Bay Technology Company Limited")}
STAFF = {"zh": "李小梅", "en": "Li Xiaomei"}


def steps(language: str) -> dict[str, Screen]:
    """Return every step by its name, as a guest of this language reads it."""
    one = (language,)
    asking = Asking(languages=one, request="r", want=RequestKind.FIND)
    find = Typing(kind=Kind.NO_CODE, languages=one, form=Form.FIND, text="WANG JIANGUO")
    phone = replace(find, kind=Kind.WALK_IN, form=Form.PHONE, name="LI NA", text="13800001234")
    guests = tuple(
        Admitted(salutation=member.card.salutation, ok=number != 1, seat=member.card.seat)
        for number, member in enumerate(DELEGATION.members)
    )
    way = Way(name=Words(zh="牡丹厅", en="Peony Hall"), words=Words(zh="左转上二楼", en="Up the stairs, to the left"))
    group = group_step(DELEGATION, language)
    kinds = {
        "asking": asking,
        "no_code": find,
        "no_code-empty": replace(find, text=""),
        "no_code-code": replace(find, text="Y10123456789ABCDEFGHJKMN", problem="wrong_code"),
        "walk_in-name": replace(find, kind=Kind.WALK_IN, form=Form.NAME, text="LI NA"),
        "walk_in-phone": phone,
        "walk_in-which": Choosing(languages=one, name="LI NA", phone="1380", meetings=(SUMMIT, WORKSHOP) * 3, page=0),
        "found": Found(languages=one, candidates=CANDIDATES),
        "help": Step(kind=Kind.HELP, languages=one),
        "help_over_a_greeting": Step(kind=Kind.HELP, languages=one, about="scan-1"),
        "services": Step(kind=Kind.SERVICES, languages=one),
        "privacy": Step(kind=Kind.PRIVACY, languages=one),
        "agenda": Agenda(languages=one, meetings=(SUMMIT, WORKSHOP)),
        "agenda-last": Agenda(languages=one, meetings=(SUMMIT, WORKSHOP), page=2),
        "agenda-none": Agenda(languages=one),
        "answers": Answers(languages=one, answers=ANSWERS),
        "answers-one": Answers(languages=one, answers=ANSWERS, chosen=1),
        "answers-none": Answers(languages=one),
        "group": group,
        "group-last": replace(group, page=1, ticked=group.ticked - {4}),
        "group_in": GroupIn(languages=one, guests=guests, way=way),
        "group_in-all": GroupIn(languages=one, guests=tuple(replace(one, ok=True) for one in guests), page=1),
        "business_card": card_step(CARDS[language], language),
        "staff_coming-by": replace(staff_called(reached=True, staff=STAFF[language]), languages=one),
        "told-staff": Told(languages=one, said=Said.EQUIPMENT, staff=STAFF[language]),
        "told-type": Told(languages=one, said=Said.HUB_AWAY, text="WJG"),
    }
    for problem in ("too_short", "four_digits", "too_many"):
        kinds[f"no_code-{problem}"] = replace(find, problem=problem)
    kinds["walk_in-no_phone"] = replace(phone, problem="no_phone")
    kinds |= {f"told-{said}": Told(languages=one, said=said) for said in Said}
    return {f"{name}-{language}": screen for name, screen in kinds.items()}
