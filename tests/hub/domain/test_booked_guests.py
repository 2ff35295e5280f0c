"""Which guests of a source's list can be invited, and which are named for a person to correct."""

from dataclasses import replace

from hub.domain.booked_guests import coming, declined, unusable
from hub.domain.guests import Rsvp
from hub.domain.source_items import ItemGuest
from tests.hub.usecases.following import item


def test_who_has_declined_is_not_invited_and_everybody_else_is() -> None:
    """Who has not answered, too."""
    listed = tuple(ItemGuest(key=one, name=one, rsvp=one) for one in Rsvp)
    assert set(coming(item(guests=listed))) == set(Rsvp) - {Rsvp.DECLINED}
    assert declined(item(guests=listed)) == {Rsvp.DECLINED}


def test_who_stands_there_twice_has_not_declined_as_long_as_one_of_them_comes() -> None:
    """Nobody is to be told that a guest declined who is invited; and without a list nobody has declined."""
    one = ItemGuest(key="1", name="王伟")
    assert declined(item(guests=(replace(one, rsvp=Rsvp.DECLINED), one))) == frozenset()
    assert declined(item(guests=None)) == frozenset()


def test_texts_come_in_one_line_and_without_signs_that_nobody_sees() -> None:
    """A name that turns the line around would turn the kiosk's greeting around."""
    (found,) = coming(item(guests=(ItemGuest(key=" a ", name="王\u3000\n伟\u202e", company="云杉\t科技"),))).values()
    assert (found.key, found.name, found.company) == ("a", "王 伟", "云杉 科技")


def test_what_cannot_be_used_is_named_and_costs_the_others_nothing() -> None:
    """No name, no key, a text that no screen shows, a level that there is not, one who stands there twice."""
    good = ItemGuest(key="good", name="王伟")
    bad = (
        ItemGuest(key="nameless", name=" "),
        ItemGuest(key="", name="李娜"),
        ItemGuest(key="long", name="王" * 81),
        ItemGuest(key="level", name="张三", vip=-1),
        ItemGuest(key="good", name="李四"),
    )
    assert coming(item(guests=(good, *bad))) == {"good": good}
    found = unusable(item(guests=(good, *bad), occurrence="x"))
    assert found is not None
    assert (found.field, found.occurrence) == ("guests", "x")
    assert found.problem.en == (
        "guest nameless: name is missing; guest 3: key is missing; guest long: name has more than 80 characters; "
        "guest level: vip is less than 0; guest good stands there 2 times"
    )
    assert found.problem.zh == (
        "来宾 nameless：没有姓名；来宾 3：没有编号；来宾 long：姓名超过 80 个字符；来宾 level：贵宾级别小于 0；"
        "来宾 good 出现了 2 次"
    )


def test_of_many_problems_a_few_are_named() -> None:
    """And nothing where nothing is wrong, or no list is kept."""
    found = unusable(item(guests=tuple(ItemGuest(key=str(number), name="") for number in range(9))))
    assert found is not None
    assert found.problem.en.endswith("guest 4: name is missing and 4 more")
    assert found.problem.zh.endswith("来宾 4：没有姓名；另有 4 处")
    assert unusable(item(guests=None)) is None
    assert unusable(item(guests=(ItemGuest(key="a", name="王伟"),))) is None
