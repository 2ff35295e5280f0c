"""Speech is wired as kiosk.toml says, and what is missing for it is told to those who can see to it."""

from pathlib import Path
from typing import Any

import pytest

from devices.contract.cards import Words
from devices.station import BrokerConfig
from kiosk.config import DeviceSecret, KioskConfig, ScreenConfig, SpeechConfig, SpeechKind
from kiosk.profiles import Profile
from kiosk.wiring import Kiosk, speech_problem

NO_CARD = SpeechConfig(device="plughw:CARD=NoSuchCard")


def page(folder: Path, **changes: Any) -> str:  # noqa: ANN401 - settings of the kiosk
    """Return the page of a kiosk with these settings; it need not run for that."""
    config = KioskConfig(
        site="hall-a",
        device="kiosk-1",
        door=Words(zh="东门", en="East door"),
        broker=BrokerConfig(secret=folder / "secret"),
        data=folder,
        **changes,
    )
    app: Any = Kiosk(config, DeviceSecret(password="none", lookup_key="00" * 16))._server._app
    client = app.test_client()
    return "".join(client.get(path).get_data(as_text=True) for path in ("/", "/profile.css"))


def test_without_its_sound_card_the_button_is_not_shown_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A button that does nothing is worse than none."""
    assert 'id="listen"' not in page(tmp_path, speech=NO_CARD)
    assert "the button that reads aloud is not shown" in caplog.text
    assert any(word in speech_problem(NO_CARD) for word in ("apt-get install", "NoSuchCard"))


def test_a_simulated_output_needs_no_card_and_off_is_no_problem(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """For demos, and for a house that does not want it."""
    simulated, off = SpeechConfig(kind=SpeechKind.SIMULATED), SpeechConfig(kind=SpeechKind.OFF)
    assert 'id="listen"' in page(tmp_path, speech=simulated)
    assert 'id="listen"' not in page(tmp_path, speech=off)
    assert speech_problem(simulated) == speech_problem(off) == ""
    assert "reads aloud" not in caplog.text


def test_without_a_voice_there_is_no_button(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """espeak-ng is not on every machine; the self-check names the package."""
    monkeypatch.setenv("PATH", str(tmp_path))
    simulated = SpeechConfig(kind=SpeechKind.SIMULATED)
    assert 'id="listen"' not in page(tmp_path, speech=simulated)
    assert "apt-get install espeak-ng" in speech_problem(simulated)


def test_the_page_has_the_millimetres_of_its_profile(tmp_path: Path) -> None:
    """From kiosk.toml to the style sheet."""
    assert "--mm: 8.18px" in page(tmp_path, screen=ScreenConfig(profile=Profile.INCH_7_720X1280))
    assert "--mm: 6.5px" in page(tmp_path, screen=ScreenConfig(px_per_mm=6.5, lower_controls=True))
    assert "data-lower" in page(tmp_path, screen=ScreenConfig(lower_controls=True))
