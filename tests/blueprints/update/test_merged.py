"""Conflicts as values."""

from blueprints.update.merged import Conflict


def test_conflicts_sort_by_file_then_place() -> None:
    one = Conflict("a", "", 3, "x")
    assert sorted([Conflict("b", "", 1, "x"), Conflict("a", "z", 1, "x"), one])[0] == one
