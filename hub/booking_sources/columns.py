"""Which column of a list of bookings is which: headers and words in Chinese and English."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from hub.domain.bookings import BookingState, Headcount
from hub.domain.errors import InvalidInput
from hub.domain.meetings import SetUpStyle
from hub.domain.words import Words
from hub.guest_lists.cells import BadCell, shown
from hub.guest_lists.columns import Header, by_header, plain, read_header


class Column(StrEnum):
    """What a list may say of a booked meeting. The value is the header we write ourselves."""

    ID = "id"
    BOOKING = "booking"
    TITLE = "title"
    TITLE_EN = "title en"
    ROOM = "room"
    START = "start"
    END = "end"
    STATE = "state"
    CLIENT = "client"
    GUESTS = "guests"
    GUARANTEED = "guaranteed"
    STYLE = "style"
    PAID = "paid"
    REPLY_BY = "reply by"
    MADE_AT = "booked at"


HEADERS: Mapping[Column, str] = {
    Column.ID: "编号 編號 会议编号 會議編號 id meetingid ref reference",
    Column.BOOKING: "预订编号 預訂編號 预订号 订单号 訂單號 booking bookingid bookingnumber order",
    Column.TITLE: "会议名称 會議名稱 会议 會議 名称 名稱 主题 主題 活动名称 活動名稱 title subject meeting event name",
    Column.TITLE_EN: "英文名称 英文名稱 英文会议名称 titleen titleenglish englishtitle",
    Column.ROOM: "会议室 會議室 场地 場地 厅 廳 房间 房間 地点 地點 room hall space venue location",
    Column.START: "开始 開始 开始时间 開始時間 start starts startsat starttime begin from",
    Column.END: "结束 結束 结束时间 結束時間 end ends endsat endtime to until",
    Column.STATE: "状态 狀態 预订状态 預訂狀態 state status",
    Column.CLIENT: "客户 客戶 客户名称 单位 單位 公司 主办方 主辦方 client customer company organiser organizer",
    Column.GUESTS: "人数 人數 预计人数 預計人數 参会人数 參會人數 guests expected headcount attendees pax people",
    Column.GUARANTEED: "保底人数 保證人數 保证人数 guaranteed guaranteedguests",
    Column.STYLE: "摆台 擺台 台型 布置 style setup setupstyle layout",
    Column.PAID: "已付款 已付 付款 定金 訂金 paid deposit",
    Column.REPLY_BY: "回复期限 回覆期限 确认期限 保留至 replyby optionuntil holduntil deadline",
    Column.MADE_AT: "预订时间 預訂時間 下单时间 bookedat madeat created createdat bookingdate",
}
NEEDED = (Column.ID, Column.ROOM, Column.START, Column.END)
LONGEST: Mapping[Column, int] = dict.fromkeys(Column, 100) | {
    Column.TITLE: 200,
    Column.TITLE_EN: 200,
    Column.CLIENT: 200,
}
"""Most characters of each column."""

_COLUMN_OF = by_header(HEADERS)


def _words(said: Mapping[BookingState, str]) -> dict[str, BookingState]:
    return {word: state for state, words in said.items() for word in words.split()}


_STATES = _words(
    {
        BookingState.INQUIRY: "询价 詢價 咨询 諮詢 inquiry enquiry",
        BookingState.OPTION: "意向 暂定 暫定 option tentative provisional",
        BookingState.OPTION_SENT: "预留 預留 待确认 待確認 已发确认函 optionsent awaitingreply",
        BookingState.DEFINITE: "确定 確定 已确认 已確認 definite confirmed",
        BookingState.DECLINED: "谢绝 謝絕 拒绝 拒絕 declined refused",
        BookingState.LAPSED: "过期 過期 失效 lapsed expired",
        BookingState.CANCELLED: "取消 已取消 cancelled canceled",
    }
)
_STYLES = {
    plain(word): style
    for style, words in {
        SetUpStyle.THEATRE: "剧院式 劇院式 剧院 theatre theater",
        SetUpStyle.CLASSROOM: "课桌式 課桌式 课堂式 classroom",
        SetUpStyle.U_SHAPE: "u形 u型 ushape",
        SetUpStyle.BOARDROOM: "会议桌式 會議桌式 董事会 董事會式 回字形 boardroom",
        SetUpStyle.CABARET: "半圆桌 半圆桌式 半圓桌式 岛屿式 島嶼式 cabaret",
        SetUpStyle.BANQUET_ROUNDS: "宴会 宴会式 宴會式 圆桌 圓桌 圆桌宴会式 圓桌宴會式 banquet banquetrounds rounds",
    }.items()
    for word in words.split()
}


def names_bookings(cells: Sequence[str]) -> bool:
    """Say whether a row is the header of a list of bookings: it says where and from when."""
    return {Column.ROOM, Column.START} <= {_COLUMN_OF.get(plain(cell)) for cell in cells}


def header(cells: Sequence[str]) -> Header[Column]:
    """Read the header row. Raises InvalidInput where a column is missing, or two mean the same."""
    found = read_header(cells, _COLUMN_OF)
    missing = [f"{HEADERS[one].split()[0]} ({one.value})" for one in NEEDED if one not in found.at]
    if missing:
        raise InvalidInput("columns", f"there is no column {', '.join(missing)}", "add it; a list of bookings needs it")
    return found


def state(text: str) -> BookingState:
    """Read how firm a booking is. Raises BadCell."""
    found = _STATES.get(plain(text))
    if found is None:
        raise BadCell(
            Words(f"{shown(text)} 不是预订的状态", f"{shown(text)} is no state of a booking"),
            Words("请写 意向、确定 或 取消 等", "write 意向, 确定 or 取消 (option, definite, cancelled)"),
        )
    return found


def style(text: str) -> SetUpStyle:
    """Read how the room is to be furnished. Raises BadCell."""
    found = _STYLES.get(plain(text))
    if found is None:
        known = ", ".join(one.value for one in SetUpStyle)
        raise BadCell(
            Words(f"{shown(text)} 不是摆台方式", f"{shown(text)} is no way to furnish a room"),
            Words("请写 剧院式、课桌式、u形、董事会、岛屿式 或 宴会式", f"write 剧院式, 课桌式 … or one of {known}"),
        )
    return found


def number(text: str) -> int:
    """Read how many. Raises BadCell."""
    if not text.isascii() or not text.isdecimal() or len(text) > len("100000"):
        raise BadCell(
            Words(f"{shown(text)} 不是人数", f"{shown(text)} is no number of people"),
            Words("请写成 120", "write it as 120"),
        )
    return int(text)


def headcount(text: str) -> Headcount:
    """Read how many are to come: one number, or from and to. Raises BadCell."""
    least, _, most = text.replace("–", "-").replace("~", "-").replace("至", "-").partition("-")
    return Headcount(least=number(least.strip()), most=number((most or least).strip()))
