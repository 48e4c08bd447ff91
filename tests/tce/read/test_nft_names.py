import pytest

from tce.read.nft_names import filled
from tce.read.nft_tokens import Stream
from tce.space.errors import NotModelledError


def test_names_are_filled_in_with_the_line_of_their_definition() -> None:
    found = filled(Stream("define a = { 1,\n2 }\ndefine b = $a\n\nx $b y", "f"))
    shown = [(one.text, one.line) for one in found.tokens if one.kind in ("word", "sign")]
    assert shown == [
        ("x", 5),
        ("{", 1),
        ("1", 1),
        (",", 1),
        ("2", 2),
        ("}", 2),
        ("y", 5),
    ]


def test_a_name_that_is_not_defined_is_refused() -> None:
    with pytest.raises(NotModelledError, match=r"f:2: \$b is not defined"):
        filled(Stream("define a = 1\nx $b", "f"))


def test_a_name_is_defined_once() -> None:
    with pytest.raises(NotModelledError, match="f:2: a is defined twice"):
        filled(Stream("define a = 1\ndefine a = 2", "f"))
