"""From half past nine to half past eleven: a cold room, a speaker who is late, a projector that dies, a delay."""

from tests.hub.day.house import House


def cold_room(house: House) -> None:
    """Leave the room's own device half a minute; set it 2 °C higher, and ask the room again ten minutes later."""
    day = house.day
    day.until("09:40")
    said = house.wishes("too_cold")
    assert "抱歉" in said, said
    day.until("09:40:04")
    house.says("air", 25.0)
    day.until("09:51")
    house.wishes("too_cold", answer="not_yet")
    day.until("09:51:03")
    house.says("air", 27.0)
    day.until("09:51:30")
    house.tells("""
    09:40:00  raised   comfort too_cold → logistics, due 09:45:00, held until 09:40:30
    09:40:00  clock    change_air comfort too_cold
    09:40:00  hub  command.set hall-air-76dd44bf.air-859b352c 25.0
    09:40:00  device   hall-air-76dd44bf is told 25
    09:40:05  device   hall-air-76dd44bf done
    09:40:06  hub  task.finish comfort too_cold
    09:50:06  clock    ask_guest comfort too_cold#0
    09:50:06  hub  task.ask comfort too_cold
    09:51:00  panel  task.not_yet comfort too_cold
    09:51:00  due      comfort too_cold 09:45:00 → 09:55:54
    09:51:00  clock    change_air comfort too_cold
    09:51:00  hub  command.set hall-air-76dd44bf.air-859b352c 27.0
    09:51:00  device   hall-air-76dd44bf is told 27
    09:51:04  device   hall-air-76dd44bf done
    09:51:05  hub  task.finish comfort too_cold
    """)


def late_speaker(house: House) -> None:
    """Propose what stands in for a speaker who is ten minutes late, and let one tap do it (R114)."""
    day = house.day
    day.until("09:52")
    house.runs("罗琴", "late", part="talk", minutes="10")
    day.until("09:52:40")
    day.tap("周敏", "accept", "speaker_late")
    house.runs("周敏", "stand_in", part="talk", other="case")
    day.until("09:55:30")
    day.tap("小李", "accept", "talk_ends")
    day.tap("小李", "finish", "talk_ends")
    day.until("10:00")
    house.runs("罗琴", "begin", part="case")
    day.until("10:02")
    house.wishes("too_cold", answer="fine")
    day.until("10:08")
    house.scans("陆知远")
    day.until("10:15:30")
    day.tap("小李", "accept", "talk_ends")
    day.tap("小李", "finish", "talk_ends")
    day.until("10:20")
    house.runs("罗琴", "begin", part="talk")
    house.tells("""
    09:52:00  moved    speaker_due launch/talk 10:00:00 → 10:10:00
    09:52:00  raised   speaker_late 陆知远 → supervisor, due 09:57:00
    09:52:00  罗琴  agenda.expect launch talk
    09:52:00  asks     speaker_late 陆知远: person 周敏+pager (loud, outside)
    09:52:00  pager    演讲嘉宾还没有签到 · 陆知远 · 启明厅 · 09:57 前 (loud)
    09:52:40  周敏  task.accept speaker_late 陆知远
    09:52:40  tells    speaker_late 陆知远: given 周敏+pager (none)
    09:52:40  pager    转给您 · 演讲嘉宾还没有签到 · 陆知远 · 09:57 前 (none)
    09:52:40  moved    speaker_due launch/case 11:00:00 → 10:00:00
    09:52:40  moved    speaker_due launch/talk 10:10:00 → 10:20:00
    09:52:40  moved    talk_ends launch/case 11:15:00 → 10:15:00
    09:52:40  moved    talk_ends launch/talk 10:55:00 → 11:15:00
    09:52:40  周敏  task.finish speaker_late 陆知远
    09:52:40  周敏  agenda.stand_in launch talk
    09:52:40  pager    周敏 已接 (none)
    09:55:00  clock    talk_ends launch/opening
    09:55:00  raised   talk_ends 开场致辞 → receptionist, due 10:00:00
    09:55:00  asks     talk_ends 开场致辞: person 小李 (buzz)
    09:55:30  小李  task.accept talk_ends 开场致辞
    09:55:30  小李  task.finish talk_ends 开场致辞
    10:00:00  clock    speaker_due launch/case
    10:00:00  罗琴  agenda.begin launch case
    10:01:05  clock    ask_guest comfort too_cold#1
    10:01:05  hub  task.ask comfort too_cold
    10:02:00  panel  task.fine comfort too_cold
    10:05:06  clock    no_answer comfort too_cold#0
    10:08:00  kiosk    陆知远: welcome, A-2-3
    10:15:00  clock    talk_ends launch/case
    10:15:00  raised   talk_ends 案例分享 → receptionist, due 10:20:00
    10:15:00  clock    tea_round launch
    10:15:00  asks     talk_ends 案例分享: person 小李 (buzz)
    10:15:30  小李  task.accept talk_ends 案例分享
    10:15:30  小李  task.finish talk_ends 案例分享
    10:16:05  clock    no_answer comfort too_cold#1
    10:20:00  clock    speaker_due launch/talk
    10:20:00  罗琴  agenda.begin launch talk
    """)


def dead_projector(house: House) -> None:
    """Ask ever more people after 60, 150 and 240 seconds, and the supervisor after five minutes without a spare."""
    day = house.day
    day.until("10:40")
    house.says("projector", "offline", "there")
    day.until("10:40:30")
    day.tap("周敏", "accept", "incident_told")
    day.until("10:40:40")
    day.tap("小李", "accept", "incident_receptionist")
    day.until("10:41")
    house.ticks("小李", 1)
    day.until("10:44:30")
    day.tap("钱工", "accept", "device_fault")
    day.until("10:45:30")
    day.tap("周敏", "accept", "handed_up")
    day.until("10:46:30")
    task = day.task("device_fault")
    day.send("钱工", f"/rooms/swap/{task.id}", old="PRJ-001", new="PRJ-002")
    day.until("10:46:50")
    house.says("spare", 41)
    day.until("10:47")
    day.tap("赵工", "accept", "spares_out")
    day.tap("周敏", "finish", "handed_up")
    day.until("10:47:10")
    house.ticks("小李", 3)
    house.tells("""
    10:40:20  wrong    offline:device:hall-projector-1436a23e
    10:40:20  raised   device_fault 投影仪 → technician, due 10:45:20
    10:40:20  clock    fault_in_meeting device_fault 投影仪
    10:40:20  raised   incident_receptionist → receptionist, due 10:41:20
    10:40:20  raised   incident_told → supervisor, due 10:41:20
    10:40:20  hub  incident.report equipment_failure
    10:40:20  asks     device_fault 投影仪: person 赵工 (loud, outside)
    10:40:20  asks     incident_receptionist: team 小李 罗琴 许棠 (loud, outside)
    10:40:20  asks     incident_told: team 周敏+pager (loud, outside)
    10:40:20  pager    设备故障 · 启明厅 · 10:41 前 (loud)
    10:40:30  周敏  task.accept incident_told
    10:40:30  tells    incident_told: given 周敏+pager (none)
    10:40:30  pager    转给您 · 设备故障 · 启明厅 · 10:41 前 (none)
    10:40:40  小李  task.accept incident_receptionist
    10:41:00  小李  incident.tick equipment_failure apologise
    10:41:00  due      incident_receptionist 10:41:20 → 10:47:20
    10:41:10  reminds  incident_told: remind 周敏+pager (loud, outside)
    10:41:10  pager    快到时间 · 设备故障 · 启明厅 · 10:41 前 (loud)
    10:41:20  asks     device_fault 投影仪: team 钱工 赵工 (loud, outside)
    10:41:20  reminds  incident_told: remind 周敏+pager (loud, outside)
    10:41:20  pager    快到时间 · 设备故障 · 启明厅 · 10:41 前 (loud)
    10:42:50  asks     device_fault 投影仪: lead 钱工 周敏+pager (loud, outside)
    10:42:50  pager    设备故障 · 启明厅 · 投影仪 · 10:45 前 (loud)
    10:44:20  asks     device_fault 投影仪: all 小孙 老王 罗琴 许棠 赵工 钱工 小李 周敏+pager (loud, outside)
    10:44:20  pager    设备故障 · 启明厅 · 投影仪 · 10:45 前 (loud)
    10:44:30  钱工  task.accept device_fault 投影仪
    10:44:30  pager    钱工 已接 (none)
    10:45:10  reminds  device_fault 投影仪: remind 钱工 (loud, outside)
    10:45:20  clock    fault_late device_fault 投影仪
    10:45:20  raised   handed_up 投影仪 late_swap → supervisor, due 10:50:20
    10:45:20  hub  task.swap_late device_fault 投影仪
    10:45:20  hub  task.supervisor_called device_fault 投影仪
    10:45:20  clock    incident_step equipment_failure 2
    10:45:20  hub  incident.step_late equipment_failure 2
    10:45:20  asks     handed_up 投影仪 late_swap: person 周敏+pager (loud, outside)
    10:45:20  reminds  device_fault 投影仪: remind 钱工 (loud, outside)
    10:45:20  pager    请主管出面 · 启明厅 · 投影仪 · 10:50 前 (loud)
    10:45:30  周敏  task.accept handed_up 投影仪 late_swap
    10:45:30  tells    handed_up 投影仪 late_swap: given 周敏+pager (none)
    10:45:30  pager    转给您 · 请主管出面 · 启明厅 · 投影仪 · 10:50 前 (none)
    10:46:00  reminds  incident_receptionist: remind 小李 (loud, outside)
    10:46:30  raised   spares_out → technician, due 18:46:30
    10:46:30  钱工  task.accept device_fault 投影仪
    10:46:30  钱工  asset.swap PRJ-001 PRJ-002 hall/projector
    10:46:30  asks     spares_out: person 赵工 (buzz, outside)
    10:46:51  hub  task.finish device_fault 投影仪
    10:46:51  clock    fault_over device_fault 投影仪
    10:46:51  raised   incident_review → supervisor, due 10:46:51 +1 d
    10:46:51  hub  incident.tick equipment_failure spare
    10:46:51  hub  incident.contain equipment_failure
    10:46:51  asks     incident_review: person 周敏+pager (buzz, outside)
    10:46:51  pager    事件待总结 · 设备故障 · 12月2日 10:46 前 (buzz)
    10:47:00  赵工  task.accept spares_out
    10:47:00  周敏  task.finish handed_up 投影仪 late_swap
    10:47:00  pager    周敏 已接 (none)
    10:47:10  小李  task.finish incident_receptionist
    10:47:10  小李  incident.tick equipment_failure tell_client
    """)


def delay(house: House) -> None:
    """Prolong the talk by ten minutes; screens and mailboxes say why, each guest's in their language."""
    day = house.day
    day.until("10:48")
    house.runs("罗琴", "delay", part="talk", cause="equipment", minutes="10")
    assert "由于设备故障" in day.read("/panel/hall")
    assert "10 minutes" in day.read("/panel/hall", "en")
    house.tells("""
    10:48:00  moved    meals launch 11:00:00 → 11:05:00
    10:48:00  moved    power_off launch 13:45:00 → 13:50:00
    10:48:00  moved    runs_over launch/talk 11:25:00 → 11:35:00
    10:48:00  moved    strike launch 13:30:00 → 13:35:00
    10:48:00  moved    talk_ends launch/questions 11:55:00 → 12:00:00
    10:48:00  moved    talk_ends launch/talk 11:15:00 → 11:25:00
    10:48:00  moved    tea_round launch 11:20:00 → 11:30:00
    10:48:00  罗琴  agenda.delay launch talk
    10:48:00  mail     高辰 (zh-CN): 延迟通知：新一代 AI 产品发布会
    10:48:00  mail     李雅瑶 (zh-CN): 延迟通知：新一代 AI 产品发布会
    10:48:00  mail     James Hartley (en): Delay: Launch of the new generation
    10:48:00  mail     Helen Brandt (en): Delay: Launch of the new generation
    10:48:00  mail     陆知远 (zh-CN): 延迟通知：新一代 AI 产品发布会
    """)
    day.until("10:52")
    house.moves("周敏", "resolve", impact="delay", amount="10")
    day.until("10:53")
    house.moves("周敏", "review", note="灯泡到寿命")
    house.moves("周敏", "close", outcome="已更换，延长十分钟")
    house.tells("""
    10:48:21  asks     incident_review: team 周敏+pager (buzz, outside)
    10:48:21  pager    事件待总结 · 设备故障 · 12月2日 10:46 前 (buzz)
    10:52:00  周敏  incident.resolve equipment_failure
    10:52:00  周敏  task.finish incident_told
    10:52:00  pager    周敏 已接 (none)
    10:53:00  周敏  incident.review equipment_failure
    10:53:00  周敏  incident.close equipment_failure
    10:53:00  周敏  task.finish incident_review
    10:53:00  pager    周敏 已接 (none)
    """)


def tea_and_lunch(house: House) -> None:
    """Let a pot run low while somebody speaks: nobody walks in before the end. Lunch is put off for ten minutes."""
    day = house.day
    day.until("10:58")
    house.says("pot", 1250)
    day.until("10:58:06")
    house.says("pot", 1250)
    day.until("11:05:30")
    day.tap("小孙", "snooze", "meal", minutes="10", why="waiting_for")
    day.until("11:15:40")
    day.tap("老王", "accept", "meal")
    day.until("11:25:30")
    day.tap("罗琴", "accept", "talk_ends")
    day.tap("罗琴", "finish", "talk_ends")
    day.until("11:30")
    house.runs("罗琴", "begin", part="tea")
    day.until("11:31")
    day.tap("小李", "accept", "drink", "茶壶")
    day.until("11:31:30")
    house.tells("""
    10:59:06  wrong    too_low:point:hall-pot-681fa77d.pot-2559508a
    11:05:00  clock    meals launch
    11:05:00  raised   meal 自助午餐 → logistics, due 12:05:00
    11:05:00  asks     meal 自助午餐: person 小孙 (buzz, outside)
    11:05:30  小孙  task.snooze meal 自助午餐
    11:15:30  asks     meal 自助午餐: person 老王 (buzz, outside)
    11:15:40  老王  task.accept meal 自助午餐
    11:25:00  clock    talk_ends launch/talk
    11:25:00  raised   talk_ends 产品演讲 → receptionist, due 11:30:00
    11:25:00  asks     talk_ends 产品演讲: person 小李 (buzz)
    11:25:30  罗琴  task.accept talk_ends 产品演讲
    11:25:30  罗琴  task.finish talk_ends 产品演讲
    11:30:00  clock    tea_round launch
    11:30:00  moved    tea_round launch 11:31:00 → 11:30:00
    11:30:00  罗琴  agenda.begin launch tea
    11:30:00  clock    tea_round launch
    11:30:30  raised   drink 茶壶 → receptionist, due 11:40:30
    11:30:30  asks     drink 茶壶: person 罗琴 (buzz)
    11:31:00  小李  task.accept drink 茶壶
    """)
