"""From eight to half past nine: the room is set up and signed off, people come to work, guests arrive."""

from devices.contract.messages import RequestKind
from tests.hub.day.house import House


def set_up(house: House) -> None:
    """Ask for the hall an hour before its doors (this house's setting), to be done half an hour before them."""
    day = house.day
    day.until("07:55")
    house.comes("周敏", "老王", "小孙")
    day.until("08:01:40")
    day.tap("老王", "accept", "set_up")
    for minute, step in enumerate(("tables_chairs", "sound_light", "banner", "plants"), 10):
        day.until(f"08:{minute}")
        day.tap("老王", f"ticks/{step}", "set_up")
    day.until("08:20")
    day.tap("老王", "finish", "set_up")
    day.until("08:21")
    day.send("周敏", "/staff/meetings/launch/house-work/sign")
    day.until("08:30")
    house.comes("许棠", "小李", "罗琴", "赵工", "钱工")
    house.tells("""
    07:55:00  周敏  duty.begin of 周敏 pin
    07:55:00  老王  duty.begin of 老王 pin
    07:55:00  小孙  duty.begin of 小孙 pin
    08:00:00  clock    set_up launch
    08:00:00  raised   set_up → logistics, due 08:30:00
    08:00:00  asks     set_up: person 小孙 (buzz, outside)
    08:01:30  asks     set_up: next 老王 (buzz, outside)
    08:01:40  老王  task.accept set_up
    08:10:00  老王  task.tick set_up
    08:11:00  老王  task.tick set_up
    08:12:00  老王  task.tick set_up
    08:13:00  老王  task.tick set_up
    08:20:00  老王  task.finish set_up
    08:20:00  clock    sign_off launch
    08:20:00  raised   sign_off → supervisor, due 08:50:00
    08:20:00  asks     sign_off: person 周敏+pager (buzz, outside)
    08:20:00  pager    布置验收 · 启明厅 · 08:50 前 (buzz)
    08:21:00  周敏  set_up.signed launch
    08:21:00  周敏  task.finish sign_off
    08:21:00  pager    周敏 已接 (none)
    08:30:00  clock    rehearse_late launch
    08:30:00  许棠  duty.begin of 许棠 pin
    08:30:00  小李  duty.begin of 小李 pin
    08:30:00  罗琴  duty.begin of 罗琴 pin
    08:30:00  赵工  duty.begin of 赵工 pin
    08:30:00  钱工  duty.begin of 钱工 pin
    """)


def arrivals(house: House) -> None:
    """Call the next one to a VIP after 20 seconds, and the leads after 45 (user-experience 8)."""
    day = house.day
    day.until("09:03")
    house.scans("高辰")
    day.until("09:03:10")
    day.tap("许棠", "accept", "drink", "高辰")
    day.until("09:03:50")
    day.tap("罗琴", "accept", "vip_arrival")
    day.until("09:04:30")
    day.tap("罗琴", "ticks/guide_given", "vip_arrival")
    day.tap("罗琴", "finish", "vip_arrival")
    house.tells("""
    09:00:00  clock    check_room launch
    09:00:00  hub  room.passed hall launch
    09:00:00  clock    house_doors launch
    09:03:00  raised   drink 高辰 → receptionist, due 09:13:00
    09:03:00  raised   vip_arrival 高辰 → receptionist, due 09:05:00
    09:03:00  kiosk    高辰: welcome, A-1-2
    09:03:00  asks     drink 高辰: person 许棠 (buzz)
    09:03:00  asks     vip_arrival 高辰: person 许棠 (loud, outside)
    09:03:00  kiosk    高辰: taken
    09:03:10  许棠  task.accept drink 高辰
    09:03:20  asks     vip_arrival 高辰: next 小李 (loud, outside)
    09:03:45  asks     vip_arrival 高辰: lead 周敏+pager 罗琴 (loud, outside)
    09:03:45  pager    贵宾到场 · 高总 · 东门 · 09:05 前 (loud)
    09:03:50  罗琴  task.accept vip_arrival 高辰
    09:03:50  pager    罗琴 已接 (none)
    09:03:50  kiosk    高辰: accepted 罗琴
    09:04:30  罗琴  task.tick vip_arrival 高辰
    09:04:30  罗琴  task.finish vip_arrival 高辰
    09:04:30  kiosk    高辰: done 罗琴
    """)
    day.until("09:05")
    house.scans("李雅瑶")
    day.until("09:05:10")
    house.asks("李雅瑶", RequestKind.DRINK, "coffee")
    day.until("09:05:30")
    day.tap("小李", "accept", "drink", "李雅瑶")
    day.until("09:06")
    day.tap("许棠", "served", "drink", "高辰", temperature="62")
    house.scans("James Hartley")
    day.until("09:07")
    house.scans("Helen Brandt")
    day.until("09:08")
    house.scans("万乐然")
    day.tap("小李", "served", "drink", "李雅瑶")
    day.until("09:10")
    house.scans("孙思彤")
    day.until("09:10:20")
    day.tap("小李", "accept", "no_seat")
    day.until("09:12")
    day.tap("小李", "finish", "no_seat")
    day.until("09:16")
    day.tap("许棠", "accept", "drink", "tea")
    day.until("09:22")
    day.tap("许棠", "served", "drink", "tea")
    day.until("09:30")
    house.tells("""
    09:05:00  kiosk    李雅瑶: welcome, A-1-1
    09:05:10  raised   drink 李雅瑶 → receptionist, due 09:15:10
    09:05:10  kiosk    李雅瑶 coffee: taken
    09:05:10  asks     drink 李雅瑶: person 小李 (buzz)
    09:05:30  小李  task.accept drink 李雅瑶
    09:05:30  kiosk    李雅瑶 coffee: accepted 小李
    09:06:00  许棠  task.temperature:62 drink 高辰
    09:06:00  许棠  task.finish drink 高辰
    09:06:00  kiosk    James Hartley: welcome, A-1-3
    09:07:00  kiosk    Helen Brandt: welcome, A-2-2
    09:08:00  kiosk    万乐然: welcome, A-2-1
    09:08:00  小李  task.finish drink 李雅瑶
    09:08:00  kiosk    李雅瑶 coffee: done 小李
    09:10:00  raised   no_seat 孙思彤 → receptionist, due 09:15:00
    09:10:00  kiosk    孙思彤: welcome, without a seat
    09:10:00  asks     no_seat 孙思彤: person 许棠 (buzz, outside)
    09:10:20  小李  task.accept no_seat 孙思彤
    09:12:00  小李  task.finish no_seat 孙思彤
    09:15:00  clock    tea_before launch
    09:15:00  raised   drink tea → receptionist, due 09:30:00
    09:15:00  asks     drink tea: person 罗琴 (buzz)
    09:16:00  许棠  task.accept drink tea
    09:22:00  许棠  task.finish drink tea
    09:30:00  clock    rehearse_over launch
    """)
