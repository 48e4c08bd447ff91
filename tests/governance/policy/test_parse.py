from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from blueprints.yamlfile import InvalidFileError
from governance.policy.parse import parse, parse_file, parse_files

GOOD = """version: 1
scope: {buckets: [swissai-*], kinds: [checkpoint, dataset]}
evidence:                       # any failure or age > max_age => no expiry in scope
  require: [mlflow, dvc:all-refs, serving:kserve, vast:audit]
  max_age: 24h
protect:
  - {id: released, roots: [mlflow.alias(*), serving.active, doi], closure: ancestors}
  - {id: resume,   roots: [trainer.latest], closure: self}
grace: {min_age: 14d, in_flight: 48h}
rules:
  - id: thin-sft
    match: {kind: checkpoint, run.status: finished, prefix: "*/sft-*"}
    keep:
      last_verified: 2
      every_steps: 5000
      best: {metric: val_loss, mode: min, k: 2, missing_metric: keep}
    else:  {after: 30d, action: strip_optimizer}
    then:  {after: 180d, action: tombstone, if: recoverable}
  - id: others
    match: {kind: dataset}
    else: {after: 2y, action: delete}
limits:  {max_bytes: 200TB, max_percent: 5, per_owner_percent: 20}   # on by default
apply:   {approvals: 2, quarantine: 30d, plan_ttl: 72h}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        parse(text, "p.yaml")
    return list(caught.value.messages)


def test_reads_the_whole_language_and_knows_every_line() -> None:
    source = parse(GOOD, "p.yaml")
    assert source.policy.rules[0].match.run_status == ("finished",)
    assert source.policy.protect[1].closure == "self"
    assert source.rule_at(0) == "p.yaml:11"
    assert source.rule_at(1) == "p.yaml:19"
    assert source.lines.at("rules", 0, "then", "if") == "p.yaml:18"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("after: 30d", "afterwards: 30d", 'p.yaml:17: unknown key "afterwards" in rules[0].else; '),
        ("scope:", "scopes:", 'p.yaml:2: unknown key "scopes"; did you mean "scope"?'),
        ("2y", "-2y", "p.yaml:21: rules[1].else.after: is negative"),
        ('"*/sft-*"', '""', "p.yaml:12: rules[0].match.prefix: is empty"),
        ("id: others", "id: thin-sft", "p.yaml:19: id 'thin-sft' stands here again (first on line"),
        ("id: resume,", "id: released,", "p.yaml:8: id 'released' stands here again"),
        ("{kind: dataset}", "{kind: datasets}", "p.yaml:20: rules[1].match.kind: "),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new))
    assert any(text.startswith(expected) for text in found), found


def test_all_mistakes_are_told_at_once_in_order() -> None:
    found = problems(GOOD.replace("2y", "0y").replace("kinds:", "kind:"))
    assert [text.split(":")[1] for text in found] == ["2", "21"]


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("2", "version 2 is newer than this tutela knows (1)"),
        ("99", "version 99 is newer"),
        ("0", "version has to be 1"),
        ("true", "version has to be 1"),
        ("'1'", "version has to be 1"),
        ("1.0", None),
        ("", "version has to be 1"),
    ],
)
def test_only_this_version_is_read(version: str, why: str | None) -> None:
    text = GOOD.replace("version: 1", f"version: {version}")
    if why is None:
        assert parse(text, "p.yaml").policy.version == 1
        return
    assert problems(text) == [f"p.yaml:1: {why}"] or why in problems(text)[0]


def test_a_newer_version_says_what_to_type() -> None:
    with pytest.raises(InvalidFileError) as caught:
        parse("version: 7\nsurprise: true\n", "p.yaml")
    assert caught.value.__notes__ == ["pip install --upgrade tutela"]


def test_a_version_has_to_be_said() -> None:
    assert problems(GOOD.replace("version: 1\n", "")) == ['p.yaml:1: needs the key "version"']


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("version: 1\n", 'needs the key "rules"'),
        ("version: 1\nrules: []\n", "a policy without rules says nothing"),
        ("version: 1\nrules:\n", "rules"),
        ("- a\n", "has to be a mapping"),
        ("version: 1\nrules: [&a [*a, *a]]\n", "anchor"),
        ("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "anchor"),
        ("version: 1\nrules: !!python/object/apply:os.system [x]\n", "tag"),
        ("version: 1\nversion: 1\n", "stands here again"),
        ("version: 1\nrules: " + "[" * 50, "nested deeper"),
        ("version: 1\n# " + "x" * 1_100_000, "larger than"),
    ],
)
def test_refuses_what_is_no_policy(text: str, why: str) -> None:
    assert why in problems(text)[0]


def test_an_example_names_a_rule_that_is_there() -> None:
    example = "examples:\n  - name: x\n    artifacts: [{root: a/, verdict: keep, rule: other}]\n"
    assert problems(GOOD + example) == [
        "p.yaml:26: no rule is called 'other'; did you mean 'others'?"
    ]
    for rule in ("others", "default", "grace:min_age", "'no policy'", "'out of scope'"):
        parse(GOOD + example.replace("rule: other", f"rule: {rule}"), "p.yaml")


def test_two_examples_of_one_name_are_refused() -> None:
    example = "  - name: x\n    artifacts: [{root: a/, verdict: keep}]\n"
    assert problems(GOOD + "examples:\n" + 2 * example) == [
        "p.yaml:27: name 'x' stands here again (first on line 25)"
    ]


def test_reads_files_in_order(tmp_path: Path) -> None:
    paths = [tmp_path / "b.yaml", tmp_path / "a.yaml"]
    for path in paths:
        path.write_text(GOOD)
    assert [source.name for source in parse_files(paths)] == [str(path) for path in paths]
    assert parse_file(paths[0], "shown").name == "shown"


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="cannot read"):
        parse_file(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"version: 1\n\xff\n")
    with pytest.raises(InvalidFileError, match="not UTF-8"):
        parse_file(tmp_path / "bytes.yaml")
