import sys

import pytest

from blueprints.check.extras import missing, without
from blueprints.check.finding import NotChecked

SAID = NotChecked("rule", "pygohcl is not installed: pip install 'tutela[check]'")


def test_what_is_installed_is_not_missing() -> None:
    assert missing("rule", "pygohcl", "jsonschema_rs") == ()


def test_what_is_missing_is_named_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.check.extras.find_spec", lambda name: None)
    assert missing("rule", "pygohcl") == (SAID,)


def test_a_module_of_the_extra_is_not_a_bug_and_any_other_is() -> None:
    assert without("rule", "pygohcl") == SAID
    assert without("rule", "blueprints.gone") is None
    assert "blueprints.gone" not in sys.modules
