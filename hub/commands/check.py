"""``python -m hub check``: whether this deployment is ready; each line says pass, or what to do.

It may be asked while the hub runs: it changes nothing, and takes no place that the hub has.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from devices.clock import SystemClock
from devices.ids import uuid7
from devices.settings import BadSettings
from devices.texts import Texts
from hub.authority import Authority, AuthorityDamaged
from hub.channel_ports import ChannelDown, GuestChannel, Mail, NotTaken, PutOff
from hub.commands.check_broker import broker_findings
from hub.commands.check_contact import contact_finding
from hub.commands.check_outside import outside_findings
from hub.commands.check_sources import source_findings
from hub.commands.checked import Finding
from hub.commands.showing import OK, say
from hub.config import HubConfig, read_config
from hub.config_sections import PageTls
from hub.domain.errors import HubError
from hub.domain.playbooks import NEEDED, missing
from hub.letters.wording import TEXTS_FOLDER
from hub.making import look_at_store, mail_channel
from hub.page_certificate import BadCertificate, certificate_of
from hub.serving import house_print
from hub.venue_files import standard_playbooks

NOT_READY = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("--mail", metavar="ADDRESS", default="", help="send a test message there")
    help_text = "send a test message to each address of a member of staff, or a group"
    parser.add_argument("--send-test", metavar="KEY", default="", help=help_text)


def run(args: argparse.Namespace, out: Console | None = None) -> int:
    """Say what was found; returns 0 when all is well, else 1."""
    out = out or Console()
    failed, unseen = dict[str, None](), dict[str, None]()
    for finding in findings(args.config, args.mail, args.send_test):
        word, style = ("pass" if finding.seen else "open", "") if finding.well else ("FAIL", "red")
        say(out, f"{word}  {finding.about}: {finding.found}", style)
        if not finding.well:
            say(out, f"      → {finding.remedy}")
            failed[finding.about] = None
        elif not finding.seen:
            unseen[finding.about] = None
    ready = f"ready, but nobody has looked at: {', '.join(unseen)}" if unseen else "ready"
    say(out, f"not ready: {', '.join(failed)}" if failed else ready, "bold red" if failed else "green")
    return NOT_READY if failed else OK


def findings(path: Path, mail_to: str, staff: str = "") -> Iterator[Finding]:
    """Check one thing after the other. Without settings nothing else can be checked."""
    try:
        config = read_config(path)
    except BadSettings as problem:
        yield Finding("settings", str(problem), f"put {path} right; firmware_config/hub/hub.toml explains it")
        return
    yield Finding("settings", f"{path} is whole")
    yield _clock(config)
    yield _database(config)
    yield _pages(config)
    yield from broker_findings(config)
    yield _playbooks()
    yield _mail(mail_channel(config), mail_to)
    yield contact_finding(config)
    yield from outside_findings(config, staff)
    yield from source_findings(config)


def _clock(config: HubConfig) -> Finding:
    """Look whether the house's time is the machine's own: a rehearsal's is moved, or runs fast."""
    if config.clock_speed != 1:
        remedy = "set clock_speed to 1, here and at every kiosk, before guests come"
        return Finding("clock", f"it runs {config.clock_speed:g} times as fast, for a rehearsal", remedy)
    if config.clock_offset_s:
        return Finding("clock", f"it is moved by {config.clock_offset_s:g} s, for a drill")
    return Finding("clock", "it is this machine's own")


def _database(config: HubConfig) -> Finding:
    try:
        return Finding("database", look_at_store(config))
    except HubError as problem:
        return Finding("database", str(problem), "do as it says, then check again")
    except OSError as problem:
        return Finding("database", str(problem), "see store.password_file, and who may read it")


def _pages(config: HubConfig) -> Finding:
    """Look at the certificate that the pages would show now, and say by what the house is recognised."""
    web, data = config.web, config.data
    if web.tls is PageTls.OFF:
        return Finding("pages", "plain HTTP, for this machine alone")
    if web.tls is PageTls.OWN:
        if not (data / "authority" / "authority.crt").exists():
            return Finding("pages", "over TLS; the hub makes the house's authority when it starts")
        try:
            return Finding("pages", f"over TLS; compare with /trust: SHA-256 {house_print(config)}")
        except (AuthorityDamaged, OSError) as problem:
            return Finding("pages", str(problem), "do as it says, then check again")
    try:
        shown = certificate_of(web, data / "pages", lambda: Authority.open(data / "authority"), SystemClock().now())
    except BadCertificate as problem:
        return Finding("pages", str(problem), "put web.certificate and web.key_file right")
    return Finding("pages", f"over TLS until {shown.until:%Y-%m-%d}, as {', '.join(shown.names)}")


def _playbooks() -> Finding:
    """Look whether there is a playbook for every kind that no house may be without (R127, R128).

    A venue file can replace those that come with the program, and never leaves one out.
    """
    try:
        lacking = missing(standard_playbooks())
    except HubError as problem:
        return Finding("playbooks", str(problem), "install this program again, or put its playbooks.toml right")
    if lacking:
        return Finding("playbooks", f"there is none for {', '.join(lacking)}", "put the program's playbooks.toml right")
    return Finding("playbooks", f"there is one for each of {', '.join(NEEDED)}")


def _mail(channel: GuestChannel | None, to: str) -> Finding:
    """Sign in at the mail server, and send a test message where an address is given."""
    if channel is None:
        if to:
            return Finding("mail", "it is off", "give mail.host and mail.sender in the settings")
        return Finding("mail", "it is off; staff are asked to call guests")
    try:
        with channel.open() as session:
            if to:
                session.send(_test_message(to))
    except ChannelDown as problem:
        return Finding("mail", str(problem), "put the named setting right")
    except PutOff as problem:
        return Finding("mail", f"{to} was not taken now: {problem}", "wait some minutes and check again")
    except NotTaken as problem:
        return Finding(
            "mail", f"{to} was refused: {problem}", "see the address, and whether this sender may write to it"
        )
    return Finding("mail", f"the server has taken a message to {to}" if to else "the server lets us in")


def _test_message(to: str) -> Mail:
    texts = Texts.load(TEXTS_FOLDER)
    said = [texts("mail.test.say", language) for language in texts.languages]
    return Mail(
        id=uuid7(),
        address=to,
        name="",
        house="Yingbin 迎宾",
        language="zh-CN",
        subject=" · ".join(texts("mail.test.subject", language) for language in texts.languages),
        text="\n\n".join(said),
        html="".join(f"<p>{text}</p>" for text in said),
    )
