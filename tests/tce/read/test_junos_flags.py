import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.read.junos_flags import flags
from tce.read.ranges import flags_any, flags_where

SYN, ACK, RST = 8, 32, 16


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("syn", flags_where(SYN, SYN)),
        ("!syn", flags_where(SYN, 0)),
        ("(ack | rst)", flags_any(ACK | RST)),
        ("ack, rst", flags_any(ACK | RST)),
        ("syn & !ack", flags_where(SYN | ACK, SYN)),
        ("syn+!ack", flags_where(SYN | ACK, SYN)),
        ("tcp-established", flags_any(ACK | RST)),
        ("tcp-initial", flags_where(SYN | ACK, SYN)),
        ("0x02", flags_where(SYN, SYN)),
        ("!(syn | !ack)", flags_where(SYN | ACK, ACK)),
    ],
)
def test_expressions_are_computed(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert flags(text) == expected


def test_and_binds_before_or() -> None:
    assert flags("syn & ack | rst") == flags("(syn & ack) | rst") != flags("syn & (ack | rst)")


@pytest.mark.parametrize(
    "text", ["", "syn &", "(syn", "syn ack", "ece", "0x03", "0x100", "syn)", "(" * 201]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="flag"):
        flags(text)


@given(st.text("()!&|, synack", max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        flags(text)
    except ValueError as error:
        assert "flag" in str(error)  # noqa: PT017
