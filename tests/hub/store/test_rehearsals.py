"""How meetings were rehearsed comes back whole, on both databases."""

from hub.domain.rehearsals import Course, Mark, Result
from hub.ports import Store
from tests.hub.build import at, furnished

LATER = at(60)


def test_courses_and_marks_come_back_whole_and_are_changed_in_place(store: Store) -> None:
    """Each mark with its note and numbers, or without; another meeting's are not among them."""
    first = Mark(line="material bags", result=Result.FAILED, by="小陈", at=at(0), note="没装笔", counted=2, wanted=3)
    other = Mark(line="agenda talk 新品发布", result=Result.PASSED, by="hub", at=at(1), counted=22.4)
    with furnished(store).write() as tx:
        assert tx.rehearsals.courses(["m-launch"]) == {}
        tx.rehearsals.save(Course(meeting="m-launch", opened_at=at(0)))
        tx.rehearsals.put("m-launch", [first, other])
        tx.rehearsals.put("m-launch", [])
    changed = Mark(line="material bags", result=Result.NOT_YET, by="小李", at=LATER)
    signed = Course(meeting="m-launch", passed_at=LATER, passed_by="小李")
    with store.write() as tx:
        assert tx.rehearsals.marks("m-launch") == [other, first]
        tx.rehearsals.put("m-launch", [changed])
        tx.rehearsals.save(signed)
    with store.read() as tx:
        assert tx.rehearsals.marks("m-launch") == [other, changed]
        assert tx.rehearsals.courses(["m-launch", "m-other"]) == {"m-launch": signed}
        assert tx.rehearsals.marks("m-other") == []
