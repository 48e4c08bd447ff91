from __future__ import annotations

import pytest

from tce.canary import control as module
from tce.canary import search
from tce.canary.control import control, planted
from tce.canary.forms import Needle
from tce.canary.layers import Layer
from tce.canary.search import Canary
from tce.canary.streams import Data, Problem


def test_a_planted_value_is_found_in_every_form() -> None:
    found, missed = control(bytes(range(32)))
    assert missed == ()
    assert [form for form, _ in planted(b"x" * 20)] == list(found)
    for form in ("raw", "hex", "base64, alignment 2", "base64url, alignment 1", "URL", "gzip"):
        assert form in found


def test_base64_for_urls_is_planted_where_it_differs() -> None:
    forms = dict(planted(b"???>>>???>>>???"))
    assert forms["base64url, alignment 0"] != forms["base64, alignment 0"]


def test_a_form_that_is_not_searched_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def raw_only(name: str, value: bytes) -> Canary:
        return Canary(name, (Needle("raw", value),))

    def this_layer(data: Data, _problem: Problem) -> list[Layer]:
        return [Layer((), data)]

    monkeypatch.setattr(module, "canary", raw_only)
    monkeypatch.setattr(search, "layers", this_layer)
    found, missed = control(bytes(range(32)))
    assert found == ("raw",)
    assert "base64, alignment 1" in missed
    assert "gzip" in missed
