"""Why an announcement, or one option of it, cannot be used."""


class Unusable(Exception):
    """An announcement that Home Assistant would not take, or that passes our own limits.

    ``reason`` is a stable code for counters and texts (``json``, ``topic``, ``required``, ``value``, ``template``,
    ``too_many``, ``too_long``…), ``detail`` one English sentence that says what to change, ``field`` the option it is
    about with its path (``components.cpu.state_topic``), empty where it is the whole message.
    """

    def __init__(self, reason: str, detail: str, field: str = "") -> None:
        super().__init__(f"{field}: {detail}" if field else detail)
        self.reason = reason
        self.detail = detail
        self.field = field

    def within(self, place: str) -> "Unusable":
        """Return the same complaint, its field seen from one level further out."""
        field = f"{place}.{self.field}" if self.field and place else place or self.field
        return Unusable(self.reason, self.detail, field)
