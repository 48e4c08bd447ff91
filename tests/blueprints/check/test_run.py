import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blueprints.check import registry, run
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.registry import NoSuchRuleError, Rule
from blueprints.check.repository import Repository
from blueprints.check.run import Asked, NoSuchLevelError, check, level_named, run_rules
from blueprints.check.settings import FILE, Settings
from tests.blueprints.check.places import repository, write

DAY = dt.date(2026, 11, 22)
TOKEN = "AGE-SECRET-KEY-1QGD0W5Z7VUT5K3MWZ0H9L2XNCPA6RS8YJ4F5DEQ7WT3KLMNPQSZ0XYC\n"
ONLY = Asked(only=("secret", "suppression", "unreadable-file"))


def says(*told: Finding | NotChecked, level: Level = Level.ERROR) -> Rule:
    def rule(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
        yield from told

    return Rule("rule", level, "A rule.", rule)


def test_what_is_found_fails_and_is_sorted(tmp_path: Path) -> None:
    write(tmp_path, {"b.txt": TOKEN, "a.txt": f"\n{TOKEN}"})
    result = check(tmp_path, ONLY, DAY)
    assert [(one.file, one.line, one.rule) for one in result.findings] == [
        ("a.txt", 2, "secret"),
        ("b.txt", 1, "secret"),
    ]
    assert result.exit_code == 3
    assert (result.files, result.objects) == (2, 0)


def test_a_clean_repository_passes(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "nothing\n"})
    result = check(tmp_path, Asked(strict=True), DAY)
    assert result.findings == ()
    assert result.not_checked == ()
    assert result.exit_code == 0
    assert set(result.rules) == set(registry.ids())


def test_what_fails_is_said_by_the_caller_or_the_settings(tmp_path: Path) -> None:
    write(tmp_path, {FILE: "version: 1\nfail_on: error\n", "link": ""})
    (tmp_path / "inner").symlink_to("link")
    result = check(tmp_path, ONLY, DAY)
    assert [one.level for one in result.findings] == [Level.WARNING]
    assert result.exit_code == 0
    assert check(tmp_path, replace(ONLY, fail_on=Level.NOTE), DAY).exit_code == 3


def test_strict_fails_on_what_could_not_be_checked_but_not_on_what_nobody_asked_for(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"a.tf": "", ".terraform/x": ""})
    result = check(tmp_path, ONLY, DAY)
    assert [one.rule for one in result.not_checked] == ["unreadable-file"]
    assert "terraform" in {one.rule for one in result.not_asked}
    assert result.exit_code == 0
    assert check(tmp_path, replace(ONLY, strict=True), DAY).exit_code == 3
    write(tmp_path / "other", {"a.tf": ""})
    assert check(tmp_path / "other", replace(ONLY, strict=True), DAY).exit_code == 0


def test_what_is_left_out_or_switched_off_is_named(tmp_path: Path) -> None:
    write(tmp_path, {FILE: "version: 1\nlevels: {secret: off}\n", "a.txt": TOKEN})
    asked = replace(ONLY, without=("suppression",), history=False)
    result = check(tmp_path, asked, DAY)
    assert result.findings == ()
    assert {(one.rule, one.reason) for one in result.not_asked} >= {
        ("suppression", "left out by --without"),
        ("secret", f"switched off by {FILE}"),
        ("secret", "the Git history: left out by --no-history"),
    }


def test_suppressed_findings_are_counted_and_stale_entries_found(tmp_path: Path) -> None:
    entries = (
        "version: 1\nsuppress:\n"
        "  - {rule: secret, file: a.txt, reason: a made up key, until: 2027-01-01}\n"
        "  - {rule: secret, file: b.txt, reason: long gone now, until: 2027-01-01}\n"
        "  - {rule: secret, file: c.txt, reason: long gone now, until: 2020-01-01}\n"
        "  - {rule: secrets, reason: no such rule, until: 2027-01-01}\n"
    )
    write(tmp_path, {FILE: entries, "a.txt": TOKEN})
    result = check(tmp_path, ONLY, DAY)
    assert [one.by.reason for one in result.suppressed] == ["a made up key"]
    assert [(one.line, one.message) for one in result.findings] == [
        (4, "the suppression of secret in b.txt hides nothing"),
        (5, "the suppression of secret ended on 2020-01-01"),
        (6, "a suppression of secrets, which is no rule"),
    ]
    assert result.exit_code == 3


def test_a_rule_that_stops_with_a_bug_is_a_finding(tmp_path: Path) -> None:
    def broken(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
        yield Finding("a", 1, "rule", "before")
        raise KeyError("private value")

    repo = repository(tmp_path, {"a": ""})
    rules = [Rule("rule", Level.NOTE, "A rule.", broken), says(Finding("b", 1, "rule", "after"))]
    found, _ = run_rules(repo, repo.settings, rules)
    assert [one.message for one in found[::2]] == ["before", "after"]
    assert found[1].level is Level.ERROR
    assert found[1].message.startswith("the rule stopped with a bug (KeyError in test_run.py:")
    assert "private value" not in found[1].message


def test_levels_are_the_rules_at_most_and_the_settings_in_the_end(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a": ""})
    told = Finding("a", 1, "rule", "x"), Finding("a", 2, "rule", "y", Level.NOTE)
    found, _ = run_rules(repo, repo.settings, [says(*told, level=Level.WARNING)])
    assert [one.level for one in found] == [Level.WARNING, Level.NOTE]
    settings = replace(repo.settings, levels={"rule": Level.ERROR})
    found, _ = run_rules(repo, settings, [says(*told, level=Level.WARNING)])
    assert [one.level for one in found] == [Level.ERROR, Level.ERROR]


def test_the_rule_about_files_that_cannot_be_read_runs_last(tmp_path: Path) -> None:
    seen: list[str] = []
    repo = repository(tmp_path, {"a": ""})
    rules = [replace(says(), id=name) for name in ("unreadable-file", "zebra", "ant")]
    run_rules(repo, repo.settings, rules, seen.append)
    assert seen == ["checking: ant", "checking: zebra", "checking: unreadable-file"]
    assert set(run.LAST) <= set(registry.ids())


def test_names_that_are_none_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(NoSuchRuleError):
        check(tmp_path, Asked(only=("nothing",)), DAY)
    with pytest.raises(NoSuchRuleError):
        check(tmp_path, Asked(tools=("nothing",)), DAY)
    with pytest.raises(NoSuchLevelError):
        level_named("fatal")
    assert level_named("note") is Level.NOTE


CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    "chart/values.yaml": "{}\n",
    "chart/templates/a.yaml": "{{ fail }}\n",
}


def test_what_is_missing_may_lie_in_a_chart_that_nobody_could_render(tmp_path: Path) -> None:
    repo = repository(tmp_path, CHART)
    told = Finding("a.yaml", 2, "rule", "b")
    assert run_rules(repo, repo.settings, [says(told)])[0] == [told]
    found, left = run_rules(repo, repo.settings, [replace(says(told), needs_all=True)])
    assert found == []
    assert left == [NotChecked("rule", "b, unless the chart chart has it: not rendered", "a.yaml")]


def test_a_rule_that_needs_a_package_of_the_extra_is_not_checked(tmp_path: Path) -> None:
    def stops(name: str) -> Rule:
        def rule(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
            yield from ()
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

        return Rule("rule", Level.ERROR, "A rule.", rule)

    repo = repository(tmp_path, {"a.txt": ""})
    found, left = run_rules(repo, repo.settings, [stops("pygohcl")])
    assert found == []
    assert left == [NotChecked("rule", "pygohcl is not installed: pip install 'tutela[check]'")]
    found, left = run_rules(repo, repo.settings, [stops("blueprints.gone")])
    assert left == []
    assert "stopped with a bug" in found[0].message
