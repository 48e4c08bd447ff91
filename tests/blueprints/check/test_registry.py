from pathlib import Path

import pytest

from blueprints.check import rules as folder
from blueprints.check.finding import Level
from blueprints.check.registry import NoSuchRuleError, chosen, ids, rule, rules, tools


def test_every_module_of_the_folder_is_a_rule_of_its_name() -> None:
    files = {file.stem for file in Path(folder.__path__[0]).glob("*.py")} - {"__init__"}
    assert {name.replace("-", "_") for name in ids()} == files
    assert list(ids()) == sorted(ids())
    for one in rules():
        assert one.id == rule(one.id).id
        assert one.id in ids()
        assert isinstance(one.level, Level)
        assert callable(one.check)


def test_every_rule_explains_itself() -> None:
    for one in rules():
        first, empty, rest = (one.documentation + "\n\n").split("\n", 2)
        assert first.endswith("."), one.id
        assert len(first) <= 99, one.id
        assert empty == "", one.id
        assert len(rest.split()) >= 20, one.id


def test_rules_are_chosen_by_name() -> None:
    assert [one.id for one in chosen(only=("secret",))] == ["secret"]
    assert "secret" not in [one.id for one in chosen(without=("secret",))]
    assert [one.id for one in chosen()] == list(ids())
    assert chosen(only=("secret",), without=("secret",)) == ()


def test_a_name_that_is_none_is_told_with_the_nearest() -> None:
    with pytest.raises(NoSuchRuleError, match="no rule is called secrets") as caught:
        chosen(without=("secrets",))
    assert caught.value.__notes__ == ["did you mean secret?"]
    with pytest.raises(NoSuchRuleError, match="no tool is called gitleak; there are ansible-lint"):
        tools(("gitleak",))


def test_a_tool_is_used_once() -> None:
    assert [one.name for one in tools(("gitleaks", "checkov", "gitleaks"))] == [
        "gitleaks",
        "checkov",
    ]
