"""Reads of a safetensors file: one, or two where the header is long."""

import pytest

from blueprints.formats.safetensors import FIRST_READ
from governance.recognise.find import Named
from governance.recognise.reading import Read, Unreadable
from governance.recognise.safetensors_look import SafetensorsLook
from tests.governance.recognise.layouts.test_hf_model import safetensors


def test_the_header_says_the_exact_size() -> None:
    data = safetensors()
    look = SafetensorsLook("x", len(data) + 3)
    assert look.reads == (Read("x", 0, len(data) + 3),)
    assert look.judge({"x": data}).named == [Named("x", exact=len(data))]


def test_a_long_header_is_asked_for_and_a_cut_one_is_not() -> None:
    data = safetensors(padding=FIRST_READ)
    first = SafetensorsLook("x", len(data)).judge({"x": data[:FIRST_READ]})
    (more,) = first.more
    assert (more.start, more.length) == (0, len(data) - 8)
    assert first.then is not None
    assert first.then({"x": data[: more.length]}).named == [Named("x", exact=len(data))]
    cut = SafetensorsLook("x", FIRST_READ).judge({"x": data[:FIRST_READ]})
    assert (cut.named, cut.more) == ([Named("x", least=more.length)], ())


def test_what_is_no_header_is_a_reason() -> None:
    with pytest.raises(Unreadable, match="x: a header of 0 bytes"):
        SafetensorsLook("x", 100).judge({"x": bytes(100)})
