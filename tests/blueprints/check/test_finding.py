from blueprints.check.finding import Finding, Level, NotChecked


def test_levels_are_ordered_and_named_as_they_are_typed() -> None:
    assert sorted(Level, reverse=True) == [Level.ERROR, Level.WARNING, Level.NOTE]
    assert [str(level) for level in Level] == ["note", "warning", "error"]


def test_findings_are_sorted_by_file_and_line() -> None:
    later = Finding("b", 1, "a", "x")
    first = Finding("a", 2, "z", "x")
    assert sorted([later, first, Finding("a", 10, "a", "x")])[0] is first
    assert first.level is Level.ERROR


def test_what_could_not_be_checked_is_sorted_by_rule() -> None:
    assert sorted([NotChecked("b", "x"), NotChecked("a", "y")])[0].rule == "a"
