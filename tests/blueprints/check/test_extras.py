"""Packages that may be missing."""

import pytest

from blueprints.check.extras import missing


def test_what_is_there_is_not_told() -> None:
    assert missing("a", "jsonschema_rs", "pygohcl") == ()


def test_what_is_missing_is_told_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.check.extras.find_spec", lambda name: None)
    (one,) = missing("some-rule", "cel")
    assert one.rule == "some-rule"
    assert one.reason == "common-expression-language is not installed: pip install 'tutela[check]'"
