"""[meetings.sheet]: what was ordered besides the set-up style, with which the set-up is compared (R79, R48)."""

from hub.domain.house_work import FunctionSheet
from hub.venue_files.table import Table

MOST_GUESTS = 100_000


def read_sheet(meeting: Table) -> FunctionSheet | None:
    """Read the sheet; None where the file has none."""
    table = meeting.table("sheet")
    if table is None:
        return None
    stage, backdrop, lights = (table.words(name) for name in ("stage", "backdrop", "lights"))
    guaranteed = table.value("guaranteed")
    table.close()
    if guaranteed is None:
        return FunctionSheet(stage=stage, backdrop=backdrop, lights=lights)
    if not isinstance(guaranteed, int) or isinstance(guaranteed, bool) or not 0 <= guaranteed <= MOST_GUESTS:
        table.wrong("guaranteed", f"{guaranteed!r} is no number of guests", "write the guaranteed headcount, as 120")
        return None
    return FunctionSheet(stage=stage, backdrop=backdrop, lights=lights, guaranteed=guaranteed)
