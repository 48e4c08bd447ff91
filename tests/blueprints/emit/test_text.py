import pytest

from blueprints.emit.text import UnwritableError, comment, whole


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnwritableError, match=r"half a character .*: a\\ud800"):
        whole("a\ud800")


def test_nothing_in_a_comment_ends_it() -> None:
    assert comment("a\rb: 1\u2028c\n\nd\n") == "# a\\rb: 1\\u2028c\n#\n# d\n"
    assert comment("") == ""
