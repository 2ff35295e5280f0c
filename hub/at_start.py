"""The clock's process: what its timers do by the settings, and what it sets when it starts, also for old meetings."""

from collections.abc import Mapping
from datetime import datetime

from devices.contract.topics import HUB
from devices.ids import uuid7
from hub.audit_heads import AuditHeads
from hub.config import HubConfig
from hub.ports import Transaction
from hub.usecases.acting import Deciding
from hub.usecases.check_room import set_checks
from hub.usecases.come_into_view import set_views
from hub.usecases.follow_agenda import set_talks
from hub.usecases.hold_rooms import hold_rooms
from hub.usecases.house_work_times import set_house_work
from hub.usecases.keep_audit import look_after_audit
from hub.usecases.keep_history import look_after_history
from hub.usecases.keep_staff import look_after_staff
from hub.usecases.lapse import look_after_options
from hub.usecases.pass_time import Fire
from hub.usecases.plan_drills import plan_drills
from hub.usecases.power_off_room import set_power_off
from hub.usecases.rehearsal_times import set_rehearsals
from hub.usecases.remind import set_reminders
from hub.usecases.timer_rules import timer_rules
from hub.usecases.watch_faults import watch_faults
from hub.usecases.watch_no_shows import look_after_no_shows
from hub.usecases.watch_roster import look_after_roster
from hub.venue_files import standard_playbooks


def rules_of(config: HubConfig) -> Mapping[str, Fire]:
    """Return what happens when a timer fires."""
    return timer_rules(
        config.tasks.times(),
        config.transfers.leads(),
        config.rooms.keep(),
        config.rehearsals.window(),
        config.house_work.times(),
        config.roster.times(),
        agenda=config.agenda_times(),
        no_show=config.no_shows.policy(),
        drill_months=config.incidents.drill_every_months,
        retention=config.privacy.retention(),
        note_head=AuditHeads(config.audit_heads).note,
    )


def set_timers(tx: Transaction, config: HubConfig, now: datetime) -> None:
    """Let the settings' leads hold for what is coming, history be kept, playbooks be known."""
    everything = tx.meetings.all()
    coming = [meeting for meeting in everything if meeting.starts_at > now]
    set_reminders(tx, coming, config.reminders.leads(), now)
    set_checks(tx, coming, now)
    set_rehearsals(tx, coming, now, config.rehearsals.window())
    set_power_off(tx, everything, now)
    set_views(tx, everything, now)
    running = [meeting for meeting in everything if meeting.ends_at > now]
    hold_rooms(tx, running, Deciding(actor=HUB, at=now, ids=uuid7))
    set_house_work(tx, running, now, config.house_work.times())
    set_talks(tx, running, now, config.agenda_times())
    look_after_history(tx, now)
    look_after_audit(tx, now, config.privacy.retention())
    tx.incidents.put_playbooks(standard_playbooks(), own=False)
    look_after_staff(tx, now)
    look_after_roster(tx, now, config.roster.times())
    look_after_no_shows(tx, now)
    look_after_options(tx, now)
    watch_faults(tx, running, now)
    plan_drills(tx, now, config.incidents.drill_every_months)
