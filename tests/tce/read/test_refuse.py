import pytest

from tce.read.refuse import plain, refuse
from tce.space.errors import NotModelledError


def test_a_refusal_names_file_and_line() -> None:
    error = refuse("a.nft", 7, "no such word", "type this")
    assert str(error) == "a.nft:7: no such word"
    assert error.__notes__ == ["type this"]
    assert error.exit_code == 3


def test_text_that_is_plain_comes_back() -> None:
    assert plain("a\tb\nZürich\n", "f", tabs=True) == "a\tb\nZürich\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\r\n", "f:2: the line ends in CR LF: lines end in LF"),
        ("a\n\tb\n", "f:2: the line holds a tab"),
        ("a\x00", r"f:1: the character '\x00' is not modelled"),
        ("x\n\u202eb", r"f:2: the character '\u202e' is not modelled"),
    ],
)
def test_what_does_not_look_like_what_it_is_is_refused(text: str, expected: str) -> None:
    with pytest.raises(NotModelledError) as caught:
        plain(text, "f", tabs=False)
    assert str(caught.value) == expected


def test_how_to_mend_line_ends_can_be_typed() -> None:
    with pytest.raises(NotModelledError) as caught:
        plain("a\r\n", "leaf1.eos", tabs=False)
    assert caught.value.__notes__ == [r"sed -i 's/\r$//' leaf1.eos"]
