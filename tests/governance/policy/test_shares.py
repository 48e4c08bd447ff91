from pathlib import Path

from governance.policy.parse import parse_file
from governance.policy.shares import shares
from tests.governance.decide.things import NOW
from tests.governance.policy.places import THIN, policy, small


def found(tmp_path: Path, text: str, max_match: float = 50) -> list[tuple[str, str]]:
    path = policy(tmp_path, text)
    place = small(tmp_path / "place")
    told = shares(place, parse_file(path, "p.yaml"), path, NOW, max_match)
    return [(at, identity) for at, identity, _ in told]


def test_a_rule_about_too_much_is_told(tmp_path: Path) -> None:
    assert found(tmp_path, THIN) == [("p.yaml:3", "wide")]


def test_a_rule_about_less_than_the_limit_is_not(tmp_path: Path) -> None:
    assert found(tmp_path, THIN.replace("kind: checkpoint", "prefix: alpha/")) == []


def test_a_rule_that_lets_nothing_go_may_be_about_everything(tmp_path: Path) -> None:
    rule = THIN.partition("    keep")[0] + "    keep: {all: true}\n"
    assert found(tmp_path, rule) == []


def test_a_rule_about_nothing_is_told(tmp_path: Path) -> None:
    assert found(tmp_path, THIN.replace("checkpoint", "debris")) == [("p.yaml:3", "idle")]
