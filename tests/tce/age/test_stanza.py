import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.age.errors import HeaderError
from tce.age.stanza import COLUMNS, Stanza, from_unpadded, unpadded, words


@given(st.binary(max_size=200))
def test_base_64_has_one_text_for_one_value(data: bytes) -> None:
    assert from_unpadded(unpadded(data).encode()) == data


@pytest.mark.parametrize(
    "text", [b"YQ==", b"YQ=", b"YR", b"Y", b"Y Q", b"YQ\r", b"Y-", b"\xff\xff"]
)
def test_refuses_other_texts_of_a_value(text: bytes) -> None:
    with pytest.raises(HeaderError):
        from_unpadded(text)


@pytest.mark.parametrize(("size", "lengths"), [(0, [0]), (32, [43]), (48, [64, 0]), (49, [64, 2])])
def test_a_short_line_ends_a_stanza(size: int, lengths: list[int]) -> None:
    lines = bytes(Stanza("X", ("y",), bytes(size))).decode().split("\n")
    assert lines[0] == "-> X y"
    assert lines[-1] == ""
    assert [len(line) for line in lines[1:-1]] == lengths
    assert max(lengths) <= COLUMNS


def test_words_are_visible_letters() -> None:
    assert words(b"-> X25519 abc") == ("X25519", "abc")
    for line in (b"-> ", b"->", b"-> a  b", b"-> a\tb", b"-> \xc3\xa9", b"-> a "):
        with pytest.raises(HeaderError):
            words(line)
