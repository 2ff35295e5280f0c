"""What a person does who wears a simulated pager. Pure: instants are arguments."""

import itertools
from collections import OrderedDict

from devices.contract.alerts import Act
from devices.simulation.config import PagerConfig
from devices.simulation.pager import Button, Held

_REMEMBERED = 64


class Habit:
    """Presses a button so long after an alert is shown, and ignores every n-th."""

    def __init__(self, config: PagerConfig) -> None:
        """Take how this person is."""
        self._config = config
        self._numbers = itertools.count(1)
        self._seen: OrderedDict[tuple[str, bool], tuple[int, int]] = OrderedDict()

    def presses(self, top: Held | None, mono_ms: int) -> Button | None:
        """Return the button that is pressed now, if any; ``top`` is the alert on the screen."""
        if top is None:
            return None
        began, number = self._noticed(top, mono_ms)
        config = self._config
        if config.ignores_every and number % config.ignores_every == 0:
            return None
        if top.accepted and not config.done_after_s:
            return None
        after_s, wanted = (config.done_after_s, Act.DONE) if top.accepted else (config.answers_after_s, config.answer)
        if mono_ms - began < after_s * 1000:
            return None
        offered = [action.did for action in top.offers]
        return Button.LAST if wanted in offered[-1:] and wanted not in offered[:1] else Button.FIRST

    def _noticed(self, top: Held, mono_ms: int) -> tuple[int, int]:
        """Return since when this alert is there, or is accepted, and the how manieth it is."""
        key = (top.alert.id, top.accepted)
        if key not in self._seen:
            _, number = self._seen.get((top.alert.id, False), (0, 0))
            self._seen[key] = (mono_ms, number or next(self._numbers))
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return self._seen[key]
