import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.check import registry
from blueprints.check.finding import Level
from blueprints.check.registry import (
    OWN,
    BrokenRulesError,
    NoSuchRuleError,
    chosen,
    ids,
    package_of,
    packages,
    rule,
    rules,
    tools,
)


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for packages, one of which is named beside this room's."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "packages", lambda: (OWN, "another_room.rules"))
    registry._modules.cache_clear()
    yield tmp_path
    registry._modules.cache_clear()
    for name in [one for one in sys.modules if one.partition(".")[0] == "another_room"]:
        del sys.modules[name]


def room(folder: Path, *modules: str) -> None:
    package = folder / "another_room" / "rules"
    package.mkdir(parents=True)
    for file in (package.parent / "__init__.py", package / "__init__.py"):
        file.write_text("")
    for name in modules:
        (package / f"{name}.py").write_text("")


def test_every_module_of_a_package_is_a_rule_of_its_name() -> None:
    files = {
        file.stem
        for package in packages()
        for file in Path(importlib.import_module(package).__path__[0]).glob("*.py")
    } - {"__init__"}
    assert {name.replace("-", "_") for name in ids()} == files
    assert list(ids()) == sorted(ids())
    for one in rules():
        assert one.id == rule(one.id).id
        assert one.id in ids()
        assert isinstance(one.level, Level)
        assert callable(one.check)


def test_this_rooms_rules_are_first_and_those_of_trusted_environments_there() -> None:
    assert packages()[0] == OWN
    assert "tce.rules" in packages()
    assert {package_of(name) for name in ids()} == set(packages())


def test_another_rooms_rules_are_rules(rooms: Path) -> None:
    room(rooms, "of_another_room")
    assert "of-another-room" in ids()
    assert package_of("of-another-room") == "another_room.rules"
    assert package_of("secret") == OWN


def test_a_package_that_is_not_there_is_no_reason_to_say_less(rooms: Path) -> None:
    with pytest.raises(
        BrokenRulesError, match=r"the rules of another_room\.rules cannot be loaded"
    ):
        ids()


def test_two_rules_of_one_name_are_refused(rooms: Path) -> None:
    room(rooms, "secret")
    with pytest.raises(BrokenRulesError, match="two rules are called secret"):
        ids()


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
