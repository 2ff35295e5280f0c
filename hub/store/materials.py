"""Notes, documents and hand-outs of meetings, and the pieces given."""

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select

from hub.domain.materials import NOTHING, Document, Given, HandOut, Materials
from hub.domain.words import Words
from hub.store import tables as t
from hub.store.rows import both, words
from hub.store.work import Upsert, Work

_m, _g = t.materials.c, t.hand_outs_given.c
_OF_MEETING = select(t.materials).where(_m.meeting == bindparam("of_meeting"))
_PUT = Upsert(t.materials, "meeting")
_GIVE = Upsert(t.hand_outs_given)
_GIVEN = (
    select(_g.hand_out, func.count().label("pieces")).where(_g.meeting == bindparam("of_meeting")).group_by(_g.hand_out)
)
_GIVEN_TO = select(_g.hand_out).where(_g.invitation == bindparam("to"))


class SqlMaterials:
    """Fills ``hub.material_ports.MaterialsKept``."""

    def __init__(self, work: Work) -> None:
        """Keep the unit of work."""
        self._work = work

    def of_meeting(self, meeting: str) -> Materials:
        """Return a meeting's materials; nothing where none were kept."""
        row = self._work.row(_OF_MEETING, {"of_meeting": meeting})
        if row is None:
            return NOTHING
        return Materials(
            notes=words(row, "notes"),
            documents=tuple(Document(Words(zh, en), link) for zh, en, link in row.documents),
            hand_outs=tuple(
                HandOut(key, Words(zh, en), stock, *per_guest) for key, zh, en, stock, *per_guest in row.hand_outs
            ),
        )

    def save(self, meeting: str, materials: Materials) -> None:
        """Keep a meeting's materials in the place of those before."""
        documents = [[one.title.zh, one.title.en, one.link] for one in materials.documents]
        hand_outs = [[one.key, one.name.zh, one.name.en, one.stock, one.per_guest] for one in materials.hand_outs]
        values = {"meeting": meeting, "documents": documents, "hand_outs": hand_outs}
        self._work.put(_PUT, values | both("notes", materials.notes))

    def give(self, given: Given) -> None:
        """Note a piece as given; a guest gets each hand-out once, a second time changes nothing."""
        self._work.put(
            _GIVE,
            {
                "id": given.id,
                "meeting": given.meeting,
                "hand_out": given.hand_out,
                "invitation": given.invitation,
                "by": given.by,
                "at": given.at,
            },
        )

    def given(self, meeting: str) -> Mapping[str, int]:
        """Count the pieces given at a meeting, by hand-out."""
        return {row.hand_out: row.pieces for row in self._work.rows(_GIVEN, {"of_meeting": meeting})}

    def given_to(self, invitation: str) -> frozenset[str]:
        """Return which hand-outs a guest was given."""
        return frozenset(row.hand_out for row in self._work.rows(_GIVEN_TO, {"to": invitation}))
