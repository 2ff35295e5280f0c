"""What happens when a timer is due, by its rule: all of it, with the house's own times."""

from collections.abc import Mapping

from hub.domain.drills import EVERY_MONTHS
from hub.domain.history import KEEP, Keep
from hub.domain.house_work import HOUSE, HouseTimes
from hub.domain.no_show import POLICY, Policy
from hub.domain.rehearsal_window import WINDOW, Window
from hub.domain.retention import RETENTION, Retention
from hub.domain.roster import ROSTER, RosterTimes
from hub.domain.run_of_show import AgendaTimes
from hub.domain.task_life import TaskTimes
from hub.domain.transfers import Leads
from hub.usecases import (
    ask_guest,
    call_staff,
    change_air,
    check_room,
    come_into_view,
    command_device,
    command_point,
    count_materials,
    follow_agenda,
    inside,
    keep_audit,
    keep_history,
    keep_staff,
    lapse,
    move_transfer,
    pass_guidance_on,
    plan_drills,
    power_off_room,
    rehearsal_times,
    rehearse,
    remind,
    report_incident,
    serve_drinks,
    serve_meals,
    serve_tea,
    set_up_room,
    start_transfer,
    strike_room,
    swap_asset,
    watch_no_shows,
    watch_overruns,
    watch_presenters,
    watch_replies,
    watch_roster,
    work_incident,
)
from hub.usecases.follow_agenda import TIMES
from hub.usecases.pass_time import Fire


def timer_rules(  # noqa: PLR0913 - the house's own times of each part
    times: TaskTimes,
    leads: Leads,
    keep: Keep = KEEP,
    window: Window = WINDOW,
    house: HouseTimes = HOUSE,
    roster: RosterTimes = ROSTER,
    *,
    agenda: AgendaTimes = TIMES,
    no_show: Policy = POLICY,
    drill_months: int = EVERY_MONTHS,
    retention: Retention = RETENTION,
    note_head: keep_audit.Note = lambda _head, _at: None,
) -> Mapping[str, Fire]:
    """Return every rule there is.

    ``times`` are those of tasks, ``leads`` those of pick-ups, ``keep`` of readings, ``window`` of rehearsals,
    ``house`` of the house's routine work, ``roster`` of shifts, ``agenda`` of agendas; ``no_show`` is what is done
    about rooms that nobody comes to; drills come round every ``drill_months``. ``retention`` says what goes when, and
    ``note_head`` writes the audit log's head down outside of the database.
    """
    return {
        ask_guest.ASK: lambda tx, timer, who: ask_guest.fire_ask(tx, timer, who, times),
        ask_guest.LAPSE: ask_guest.fire_lapse,
        watch_replies.WARNING: watch_replies.warn,
        watch_replies.BREACH: watch_replies.breach,
        move_transfer.START: lambda tx, timer, who: start_transfer.fire_start(tx, timer, who, leads),
        move_transfer.CHASE: start_transfer.fire_chase,
        remind.REMIND: remind.remind,
        come_into_view.IN_VIEW: come_into_view.fire_view,
        command_device.UNANSWERED: command_device.give_up,
        command_device.PICTURE_OLD: command_device.forget_screenshots,
        call_staff.CHANGE_AIR: lambda tx, timer, who: change_air.fire_change(tx, timer, who, times),
        change_air.CHANGED: lambda tx, timer, who: change_air.fire_changed(tx, timer, who, times),
        command_point.OBEYED: command_point.look_whether_obeyed,
        check_room.CHECK: check_room.fire_check,
        power_off_room.POWER_OFF: power_off_room.fire_power_off,
        power_off_room.LEFT_ON: power_off_room.fire_left_on,
        swap_asset.SWAP_SEEN: swap_asset.fire_seen,
        call_staff.FAULT_LATE: swap_asset.fire_late,
        rehearsal_times.REHEARSE: lambda tx, timer, who: rehearsal_times.fire_rehearse(tx, timer, who, window),
        rehearsal_times.REHEARSE_LATE: rehearsal_times.fire_late,
        rehearsal_times.REHEARSE_OVER: rehearsal_times.fire_over,
        rehearse.LOOK: rehearse.fire_look,
        keep_history.KEEP_HISTORY: lambda tx, _, who: keep_history.keep_history(tx, who.at, keep),
        keep_audit.KEEP_AUDIT: lambda tx, _, who: keep_audit.keep_audit(tx, who, retention, note_head),
        call_staff.FAULT_IN_MEETING: report_incident.fire_fault,
        call_staff.FAULT_OVER: work_incident.fire_fault_over,
        plan_drills.DRILL_DUE: lambda tx, timer, who: plan_drills.fire_drill_due(tx, timer, who, drill_months),
        inside.COUNT_ROOM: inside.fire_count_room,
        report_incident.STEP_LATE: work_incident.fire_step_late,
        keep_staff.KEEP_STAFF: keep_staff.keep_staff,
        call_staff.COUNT_DRINKS: serve_drinks.fire_count,
        serve_tea.BEFORE: serve_tea.bring_first,
        serve_tea.ROUND: serve_tea.bring_more,
        follow_agenda.TALK_ENDS: follow_agenda.fire_talk_ends,
        follow_agenda.SPEAKER_DUE: watch_presenters.fire_due,
        follow_agenda.RUNS_OVER: watch_overruns.fire_runs_over,
        watch_presenters.SPEAKER_LOOK: watch_presenters.fire_look,
        set_up_room.SET_UP: lambda tx, timer, who: set_up_room.fire_set_up(tx, timer, who, house),
        set_up_room.SIGN_OFF: set_up_room.fire_sign_off,
        set_up_room.DOORS: set_up_room.fire_doors,
        strike_room.STRIKE: lambda tx, timer, who: strike_room.fire_strike(tx, timer, who, house),
        serve_meals.MEALS: lambda tx, timer, who: serve_meals.fire_meals(tx, timer, who, house),
        count_materials.COUNT: count_materials.fire_count,
        lapse.LAPSE: lambda tx, timer, who: lapse.fire_lapse(tx, timer, who, agenda),
        watch_no_shows.WATCH: lambda tx, timer, who: watch_no_shows.fire_watch(tx, timer, who, no_show),
        watch_roster.LOOK: lambda tx, timer, who: watch_roster.fire_look(tx, timer, who, roster),
        call_staff.GUIDANCE_LATE: lambda tx, timer, who: pass_guidance_on.fire_late(tx, timer, who, times),
    }
