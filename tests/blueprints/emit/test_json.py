import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.emit.json import json_text
from blueprints.emit.text import UnwritableError

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20
)


@given(VALUES)
def test_what_is_read_back_is_what_was_given(value: object) -> None:
    assert json.loads(json_text(value)) == value


def test_printable_text_is_kept_and_the_rest_written_out() -> None:
    assert json_text(["Zürich\u202e\U000e0041"]) == (
        '[\n  "Zürich\\u202e\\udb40\\udc41"\n]\n'.encode()
    )


@pytest.mark.parametrize("value", ["\ud800", {"a\udfff": 1}, float("nan"), float("inf")])
def test_what_cannot_be_read_back_is_refused(value: object) -> None:
    with pytest.raises(UnwritableError):
        json_text(value)
