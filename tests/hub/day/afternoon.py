"""From half past eleven to the end: a break, a question, lunch, a silent tablet, a fire drill, the strike."""

from devices.contract.messages import RequestKind
from tests.hub.day.house import House


def hand_over(house: House) -> None:
    """Who goes on a break gives away what they have, is not asked, and is back after a quarter of an hour."""
    day = house.day
    day.until("11:32")
    day.send("小李", "/staff/hand-over", to="许棠")
    day.send("小李", "/staff/break")
    day.until("11:33")
    house.asks("李雅瑶", RequestKind.HELP, "luggage")
    day.until("11:33:20")
    day.tap("罗琴", "accept", "help")
    day.until("11:35")
    house.says("pot", 0)
    day.until("11:36")
    house.says("pot", 2290)
    day.until("11:36:06")
    house.says("pot", 2290)
    day.until("11:37")
    day.tap("许棠", "served", "drink", "茶壶")
    day.until("11:38")
    day.tap("罗琴", "finish", "help")
    day.until("11:38:30")
    day.tap("罗琴", "fine", "help")
    day.until("11:45")
    house.runs("罗琴", "begin", part="questions")
    house.tells("""
    11:32:00  小李  task.assign drink 茶壶
    11:32:00  tells    drink 茶壶: given 许棠 (buzz)
    11:32:00  小李  duty.break 15 min
    11:33:00  raised   help 李雅瑶 → receptionist, due 11:36:00
    11:33:00  kiosk    李雅瑶 luggage: taken
    11:33:00  asks     help 李雅瑶: person 罗琴 (loud, outside)
    11:33:20  罗琴  task.accept help 李雅瑶
    11:33:20  kiosk    李雅瑶 luggage: accepted 罗琴
    11:35:28  reminds  help 李雅瑶: remind 罗琴 (loud, outside)
    11:36:00  reminds  help 李雅瑶: remind 罗琴 (loud, outside); late 周敏+pager (loud, outside)
    11:36:00  pager    超时 · 宾客需要帮助 · 李总 · A 区 1… · 11:36 前 (loud)
    11:36:07  right    too_low:point:hall-pot-681fa77d.pot-2559508a
    11:37:00  许棠  task.finish drink 茶壶
    11:38:00  罗琴  task.finish help 李雅瑶
    11:38:00  罗琴  task.ask help 李雅瑶
    11:38:00  pager    罗琴 已接 (none)
    11:38:00  kiosk    李雅瑶 luggage: done 罗琴
    11:38:30  罗琴  task.fine help 李雅瑶
    11:38:30  kiosk    李雅瑶 luggage: done 罗琴
    11:45:00  罗琴  agenda.begin launch questions
    """)


def question(house: House) -> None:
    """Promise a reply within half an hour; remind of it after 15 and 24 minutes, warn five before it is due (R150)."""
    day = house.day
    day.until("11:46")
    day.send(
        "许棠", "/staff/requests", kind="question", text="下午能否加一台打印机", invitation=house.invitation("李雅瑶")
    )
    day.until("12:05")
    house.runs("罗琴", "begin", part="lunch")
    day.until("12:06")
    day.tap("老王", "finish", "meal")
    assert house.plates() == {"vegetarian": 2, "gluten_free": 1, "": 4}, "who has really come; 董泉 has not"
    day.until("12:12")
    day.tap("许棠", "finish", "question")
    day.until("12:13")
    day.tap("许棠", "fine", "question")
    house.tells("""
    11:46:00  raised   question 李雅瑶 → receptionist, due 12:16:00
    11:46:00  许棠  request.log question 李雅瑶
    11:46:00  许棠  task.promise question 李雅瑶
    11:46:00  mail     李雅瑶 (zh-CN): 您的问题正在确认：新一代 AI 产品发布会
    11:53:00  clock    no_answer help 李雅瑶#0
    11:55:08  reminds  meal 自助午餐: remind 老王 (buzz, outside)
    12:00:00  clock    talk_ends launch/questions
    12:00:00  raised   talk_ends 提问环节 → receptionist, due 12:05:00
    12:00:00  asks     talk_ends 提问环节: person 小李 (buzz)
    12:01:00  reminds  question 李雅瑶: remind 许棠 (buzz, outside)
    12:03:00  asks     talk_ends 提问环节: team 罗琴 小李 许棠 (buzz)
    12:05:00  reminds  meal 自助午餐: remind 老王 (buzz, outside); late 周敏+pager 小孙 (buzz, outside)
    12:05:00  pager    超时 · 供应餐饮 · 启明厅 · 自助午餐 · 12:05 前 (buzz)
    12:05:00  罗琴  agenda.begin launch lunch
    12:05:00  hub  task.finish talk_ends 提问环节
    12:06:00  老王  task.finish meal 自助午餐
    12:06:00  pager    老王 已接 (none)
    12:10:00  reminds  question 李雅瑶: remind 许棠 (buzz, outside)
    12:11:00  clock    reply_due_soon question 李雅瑶
    12:11:00  hub  task.warn question 李雅瑶
    12:12:00  许棠  task.finish question 李雅瑶
    12:12:00  许棠  task.ask question 李雅瑶
    12:12:00  mail     李雅瑶 (zh-CN): 您的请求有进展：新一代 AI 产品发布会
    12:13:00  许棠  task.fine question 李雅瑶
    """)


def silent_tablet(house: House) -> None:
    """Whose tablet was not heard for 45 seconds is asked after those who can be reached."""
    day = house.day
    day.until("12:20")
    day.beat()
    day.silent.add("小李")
    day.until("12:20:44")
    house.asks("James Hartley", RequestKind.HELP, "equipment")
    day.until("12:20:50")
    house.asks("Helen Brandt", RequestKind.HELP, "luggage")
    day.until("12:21")
    day.silent.clear()
    day.tap("小李", "accept", "help", "Hartley")
    day.tap("罗琴", "accept", "help", "Brandt")
    day.until("12:22")
    day.tap("小李", "finish", "help", "Hartley")
    day.tap("小李", "fine", "help", "Hartley")
    day.tap("罗琴", "finish", "help", "Brandt")
    day.tap("罗琴", "fine", "help", "Brandt")
    house.tells("""
    12:15:00  clock    tea_round launch
    12:16:00  clock    reply_overdue question 李雅瑶
    12:20:44  raised   help James Hartley → receptionist, due 12:23:44
    12:20:44  kiosk    James Hartley equipment: taken
    12:20:44  asks     help James Hartley: person 小李 (loud, outside)
    12:20:50  raised   help Helen Brandt → receptionist, due 12:23:50
    12:20:50  kiosk    Helen Brandt luggage: taken
    12:20:50  asks     help Helen Brandt: person 罗琴 (loud, outside)
    12:21:00  小李  task.accept help James Hartley
    12:21:00  kiosk    James Hartley equipment: accepted 小李
    12:21:00  罗琴  task.accept help Helen Brandt
    12:21:00  kiosk    Helen Brandt luggage: accepted 罗琴
    12:22:00  小李  task.finish help James Hartley
    12:22:00  小李  task.ask help James Hartley
    12:22:00  kiosk    James Hartley equipment: done 小李
    12:22:00  小李  task.fine help James Hartley
    12:22:00  kiosk    James Hartley equipment: done 小李
    12:22:00  罗琴  task.finish help Helen Brandt
    12:22:00  罗琴  task.ask help Helen Brandt
    12:22:00  kiosk    Helen Brandt luggage: done 罗琴
    12:22:00  罗琴  task.fine help Helen Brandt
    12:22:00  kiosk    Helen Brandt luggage: done 罗琴
    """)


def fire_drill(house: House) -> None:
    """All teams at once, the superior in the same transaction, a late step after its target, and a roll call."""
    day = house.day
    day.until("12:30")
    day.send("罗琴", "/staff/incidents", kind="fire", room="hall", drill="yes")
    assert "演练" in day.read("/panel/hall")
    assert "DRILL" in day.read("/panel/hall", "en")
    house.tells("""
    12:27:00  clock    no_answer question 李雅瑶#0
    12:30:00  raised   incident_emergency drill → emergency, due 12:31:00
    12:30:00  raised   incident_logistics drill → logistics, due 12:40:00
    12:30:00  raised   incident_receptionist drill → receptionist, due 12:32:00
    12:30:00  raised   incident_technician drill → technician, due 12:33:00
    12:30:00  raised   incident_told drill → supervisor, due 12:31:00
    12:30:00  罗琴  incident.report_drill fire drill
    12:30:00  asks     incident_emergency drill: team 老王 钱工 (loud, outside)
    12:30:00  asks     incident_logistics drill: team 小孙 老王 (loud, outside)
    12:30:00  asks     incident_receptionist drill: team 许棠 小李 罗琴 (loud, outside)
    12:30:00  asks     incident_technician drill: team 钱工 赵工 (loud, outside)
    12:30:00  asks     incident_told drill: team 周敏+pager (loud, outside)
    12:30:00  pager    演练 · 火灾 · 启明厅 · 12:31 前 (loud)
    """)
    day.until("12:30:15")
    day.tap("周敏", "accept", "incident_told")
    day.tap("钱工", "accept", "incident_emergency")
    day.tap("小李", "accept", "incident_receptionist")
    day.until("12:30:20")
    day.tap("赵工", "accept", "incident_technician")
    day.tap("小孙", "accept", "incident_logistics")
    for clock, person, position in (
        ("12:30:40", "钱工", 1),
        ("12:30:50", "钱工", 2),
        ("12:32:10", "小李", 3),
        ("12:32:30", "赵工", 4),
        ("12:32:40", "钱工", 5),
    ):
        day.until(clock)
        house.ticks(person, position)
    day.until("12:33")
    for name in ("高辰", "李雅瑶", "James Hartley", "Helen Brandt", "陆知远", "万乐然", "孙思彤"):
        day.send("小李", f"/staff/incidents/{house.incident()}/roll/{house.invitation(name)}", safe="yes")
    day.until("12:36")
    house.ticks("小李", 6)
    day.until("12:37")
    house.ticks("小孙", 7)
    day.until("12:38")
    house.moves("周敏", "contain")
    house.moves("周敏", "resolve", impact="none")
    house.moves("周敏", "review", note="西门开得晚")
    house.moves("周敏", "close", outcome="演练结束")
    house.tells("""
    12:30:15  周敏  task.accept incident_told drill
    12:30:15  tells    incident_told drill: given 周敏+pager (none)
    12:30:15  pager    转给您 · 演练 · 火灾 · 启明厅 · 12:31 前 (none)
    12:30:15  钱工  task.accept incident_emergency drill
    12:30:15  小李  task.accept incident_receptionist drill
    12:30:20  赵工  task.accept incident_technician drill
    12:30:20  小孙  task.accept incident_logistics drill
    12:30:40  钱工  incident.tick fire drill alarm
    12:30:50  钱工  incident.tick fire drill call_119
    12:30:50  due      incident_emergency drill 12:31:00 → 12:33:00
    12:30:51  reminds  incident_told drill: remind 周敏+pager (loud, outside)
    12:30:51  pager    快到时间 · 演练 · 火灾 · 启明厅 · 12:31 前 (loud)
    12:31:00  reminds  incident_told drill: remind 周敏+pager (loud, outside)
    12:31:00  pager    快到时间 · 演练 · 火灾 · 启明厅 · 12:31 前 (loud)
    12:31:39  reminds  incident_receptionist drill: remind 小李 (loud, outside)
    12:32:00  clock    incident_step fire drill 3
    12:32:00  raised   incident_late drill → supervisor, due 12:33:00
    12:32:00  hub  incident.step_late fire drill 3
    12:32:00  asks     incident_late drill: team 周敏+pager (loud, outside)
    12:32:00  reminds  incident_receptionist drill: remind 小李 (loud, outside)
    12:32:00  pager    演练 · 应急步骤超时 · 火灾 · 启明厅 · 12:33 前 (loud)
    12:32:10  小李  task.finish incident_late drill
    12:32:10  小李  incident.tick fire drill evacuate
    12:32:10  due      incident_receptionist drill 12:32:00 → 12:40:00
    12:32:10  pager    小李 已接 (none)
    12:32:27  reminds  incident_emergency drill: remind 钱工 (loud, outside)
    12:32:28  reminds  incident_technician drill: remind 赵工 (loud, outside)
    12:32:30  赵工  task.finish incident_technician drill
    12:32:30  赵工  incident.tick fire drill power
    12:32:40  钱工  task.finish incident_emergency drill
    12:32:40  钱工  incident.tick fire drill extinguish
    12:33:00  小李  incident.safe fire drill 高辰
    12:33:00  小李  incident.safe fire drill 李雅瑶
    12:33:00  小李  incident.safe fire drill James Hartley
    12:33:00  小李  incident.safe fire drill Helen Brandt
    12:33:00  小李  incident.safe fire drill 陆知远
    12:33:00  小李  incident.safe fire drill 万乐然
    12:33:00  小李  incident.safe fire drill 孙思彤
    12:36:00  小李  task.finish incident_receptionist drill
    12:36:00  小李  incident.tick fire drill roll_call
    12:37:00  clock    no_answer help James Hartley#0
    12:37:00  clock    no_answer help Helen Brandt#0
    12:37:00  小孙  task.finish incident_logistics drill
    12:37:00  小孙  incident.tick fire drill meet_brigade
    12:38:00  raised   incident_review drill → supervisor, due 12:38:00 +1 d
    12:38:00  周敏  incident.contain fire drill
    12:38:00  asks     incident_review drill: person 周敏+pager (buzz, outside)
    12:38:00  pager    演练 · 事件待总结 · 火灾 · 12月2日 12:38 前 (buzz)
    12:38:00  moved    drill_due fire 07:50:00 → 12:38:00
    12:38:00  周敏  incident.resolve fire drill
    12:38:00  周敏  task.finish incident_told drill
    12:38:00  clock    drill_due fire
    12:38:00  pager    周敏 已接 (none)
    12:38:00  周敏  incident.review fire drill
    12:38:00  周敏  incident.close fire drill
    12:38:00  周敏  task.finish incident_review drill
    12:38:00  pager    周敏 已接 (none)
    """)


def cool_air(house: House) -> None:
    """Believe a sensor after 20 seconds; list what goes away by itself until somebody has seen it."""
    day = house.day
    day.until("12:45")
    house.says("climate", 19.2)
    day.until("12:45:40")
    house.says("climate", 21.5)
    day.until("12:47")
    day.send("小孙", f"/staff/tasks/{house.cleared()}/seen")
    day.until("13:05")
    house.runs("罗琴", "begin", part="signing")
    house.tells("""
    12:45:20  wrong    too_low:point:hall-climate-a8307e80.climate-56ca93a5
    12:45:20  raised   room_climate 温度计 → logistics, due 12:55:20
    12:45:20  asks     room_climate 温度计: person 小孙 (buzz, outside)
    12:46:40  right    too_low:point:hall-climate-a8307e80.climate-56ca93a5
    12:46:40  hub  task.clear room_climate 温度计
    12:47:00  小孙  task.seen room_climate 温度计
    13:00:00  clock    tea_round launch
    13:05:00  罗琴  agenda.begin launch signing
    """)


def strike(house: House) -> None:
    """Clear the hall once the last part is over, which is a minute early; then everybody goes home."""
    day = house.day
    day.until("13:25")
    house.runs("罗琴", "begin", part="closing")
    day.until("13:34")
    house.runs("罗琴", "end", part="closing")
    day.until("13:37")
    day.tap("老王", "accept", "strike")
    for minute, step in enumerate(("furniture_back", "rubbish_out", "equipment_off"), 50):
        day.until(f"13:{minute}")
        day.tap("老王", f"ticks/{step}", "strike")
    day.until("13:55")
    day.tap("老王", "finish", "strike")
    day.until("13:58")
    day.tap("赵工", "finish", "spares_out")
    day.until("14:00")
    house.goes("周敏", "老王", "小孙", "许棠", "小李", "罗琴", "赵工", "钱工")
    day.until("15:00")
    house.tells("""
    13:25:00  罗琴  agenda.begin launch closing
    13:34:00  moved    power_off launch 13:50:00 → 13:49:00
    13:34:00  moved    strike launch 13:35:00 → 13:34:00
    13:34:00  罗琴  agenda.end launch closing
    13:34:00  clock    strike launch
    13:34:00  raised   strike → logistics, due 14:04:00
    13:34:00  asks     strike: person 小孙 (buzz, outside)
    13:35:30  asks     strike: next 老王 (buzz, outside)
    13:37:00  asks     strike: team 小李 罗琴 许棠 小孙 老王 (buzz, outside)
    13:37:00  老王  task.accept strike
    13:45:00  clock    tea_round launch
    13:49:00  clock    power_off launch
    13:50:00  老王  task.tick strike
    13:51:00  老王  task.tick strike
    13:52:00  老王  task.tick strike
    13:55:00  老王  task.finish strike
    13:58:00  赵工  task.finish spares_out
    14:00:00  周敏  duty.end 周敏
    14:00:00  老王  duty.end 老王
    14:00:00  小孙  duty.end 小孙
    14:00:00  许棠  duty.end 许棠
    14:00:00  小李  duty.end 小李
    14:00:00  罗琴  duty.end 罗琴
    14:00:00  赵工  duty.end 赵工
    14:00:00  钱工  duty.end 钱工
    """)
