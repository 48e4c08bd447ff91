import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.age import bech32
from tce.age.errors import KeyTextError


@given(st.binary(max_size=80), st.sampled_from(["age", "AGE-SECRET-KEY-", "a1b"]))
def test_what_was_encoded_is_decoded(data: bytes, prefix: str) -> None:
    assert bech32.decode(bech32.encode(prefix, data)) == (prefix, data)


@pytest.mark.parametrize("text", ["A12UEL5L", "a12uel5l"])
def test_reads_the_empty_text_of_bip_173(text: str) -> None:
    assert bech32.decode(text) == (text[0], b"")


def test_reads_the_longest_text_of_bip_173() -> None:
    prefix = "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio"
    assert bech32.decode(f"{prefix}1tt5tgs") == (prefix, b"")


@given(st.binary(min_size=1, max_size=40), st.data())
def test_one_changed_letter_is_found(data: bytes, draw: st.DataObject) -> None:
    text = bech32.encode("age", data)
    at = draw.draw(st.integers(4, len(text) - 1))
    other = draw.draw(st.sampled_from([one for one in "qpzry9x8gf2tvdw0s3jn" if one != text[at]]))
    with pytest.raises(KeyTextError, match="checksum is wrong"):
        bech32.decode(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A12uEL5L", "upper and lower case"),
        ("10a06t8", "no prefix"),
        ("pzry9x0s0muk", "no prefix"),
        ("age1qqqq", "too short"),
        ("a1b2b3b4b5b6b", "a letter that it does not have"),
        (" 1nwldj5", "a letter that it does not have"),
        ("q" * 5000, "too long"),
        ("a1qpamnt9j", "holds more than it should"),
    ],
)
def test_refuses_what_is_no_bech32(text: str, said: str) -> None:
    with pytest.raises(KeyTextError, match=said):
        bech32.decode(text)


def test_no_message_repeats_a_text() -> None:
    with pytest.raises(KeyTextError) as caught:
        bech32.decode("AGE-SECRET-KEY-1QQQQQQQQQQQQ")
    assert "QQQQ" not in str(caught.value)
