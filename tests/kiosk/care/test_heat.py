from kiosk.care.heat import Heat


def test_heat_begins_at_eighty_degrees_and_ends_below_seventy_five() -> None:
    """A temperature at the edge opens one task, not one a minute."""
    heat = Heat()
    felt = [heat.feel(cpu_c) for cpu_c in (60.0, 79.9, 80.0, 78.0, 75.0, 74.9, 79.0)]
    assert felt == [False, False, True, True, True, False, False]


def test_the_firmwares_own_word_counts_too() -> None:
    """It slows the machine down before the sensor that we read says so; a machine that tells nothing is not hot."""
    heat = Heat()
    assert heat.feel(70.0, hot=True)
    assert not heat.feel(70.0)
    assert not heat.feel(None)
