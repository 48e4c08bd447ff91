from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from governance.policy.lint import lint
from governance.retention.decided import NothingScannedError
from governance.workspace.workspace import Workspace
from tests.governance.decide.things import NOW
from tests.governance.policy.places import THIN, policy, small

NEEDY = THIN.replace("kind: checkpoint", "kind: checkpoint, run.status: finished")


def findings(path: Path, **fields: object) -> list[tuple[str, str]]:
    linted = lint(path, now=NOW, **fields)  # type: ignore[arg-type]
    return [(finding.at.removeprefix(f"{path}:"), finding.id) for finding in linted.findings]


def test_a_policy_that_means_what_it_says_is_fine(tmp_path: Path) -> None:
    linted = lint(policy(tmp_path, THIN), now=NOW)
    assert (linted.findings, linted.exit_code, linted.rules) == ((), 0, 1)
    assert str(linted).endswith("policy.yaml: 1 rule, nothing wrong")


def test_a_rule_that_can_never_match_is_a_problem(tmp_path: Path) -> None:
    path = policy(tmp_path, THIN + "scope: {kinds: [model]}\n")
    assert findings(path) == [("3", "never-matches")]
    assert lint(path, now=NOW).exit_code == 3


def test_a_rule_without_effect_is_a_problem(tmp_path: Path) -> None:
    more = "  - {id: all, match: {prefix: '*'}, keep: {all: true}}\n"
    assert findings(policy(tmp_path, THIN + more)) == [("3", "no-effect")]


def test_an_age_within_the_grace_is_a_note(tmp_path: Path) -> None:
    linted = lint(policy(tmp_path, THIN.replace("30d", "3d")), now=NOW)
    assert [(one.id, one.is_note) for one in linted.findings] == [("within-grace", True)]
    assert linted.exit_code == 0
    assert ":3: note: rule" in str(linted)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("version: 1\nrules: []\n", "2"),
        ("version: 2\n", "1"),
        ("version: 1\nrules: &a [*a]\n", "2"),
        (THIN.replace('"', "").replace("30d", "-30d"), "6"),
        (THIN.replace("match:", "matches:"), "3"),
        (THIN.replace("kind: checkpoint", 'prefix: ""'), "4"),
        (THIN + THIN.partition("rules:\n")[2], "7"),
    ],
)
def test_a_file_that_is_no_policy_is_a_finding_with_its_line(
    tmp_path: Path, text: str, line: str
) -> None:
    path = policy(tmp_path, text)
    assert findings(path)[0] == (line, "invalid")
    assert lint(path, now=NOW).exit_code == 3


def test_all_that_is_wrong_in_a_file_is_found(tmp_path: Path) -> None:
    path = policy(tmp_path, THIN.replace("30d", "0d").replace("last_verified: 2", "last: 2"))
    assert [line for line, _ in findings(path)] == ["5", "6"]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="cannot read"):
        lint(tmp_path / "none.yaml", now=NOW)


def test_evidence_is_a_note_until_a_workspace_says_what_is_configured(tmp_path: Path) -> None:
    path = policy(tmp_path, NEEDY)
    (finding,) = lint(path, now=NOW).findings
    assert (finding.id, finding.is_note) == ("needs-evidence", True)
    bare = small(tmp_path / "bare")
    found = lint(path, now=NOW, workspace=bare, max_match=100).findings
    assert [(one.id, one.is_note) for one in found] == [("needs-evidence", False)]
    configured = small(tmp_path / "configured", "evidence: {mlflow: [{uri: https://x}]}\n")
    assert lint(path, now=NOW, workspace=configured, max_match=100).findings == ()


def test_a_rule_about_most_of_what_is_stored_is_asked_about(tmp_path: Path) -> None:
    path, place = policy(tmp_path, THIN), small(tmp_path / "place")
    (finding,) = lint(path, now=NOW, workspace=place).findings
    assert finding.id == "wide"
    assert finding.text == (
        "rule thin matches 89% of the 9 artifacts stored now (more than 50%), and 4 of them may go"
    )
    assert lint(path, now=NOW, workspace=place, max_match=90).findings == ()


def test_a_workspace_without_a_snapshot_is_an_error(tmp_path: Path) -> None:
    place = Workspace.create(tmp_path / "empty")
    with pytest.raises(NothingScannedError):
        lint(policy(tmp_path, THIN), now=NOW, workspace=place)


def test_the_result_has_its_form_in_json(tmp_path: Path) -> None:
    path = policy(tmp_path, THIN + "scope: {kinds: [model]}\n")
    assert lint(path, now=NOW).as_json() == {
        "schema": "tutela/policy-lint/v1",
        "policy": str(path),
        "rules": 1,
        "findings": [
            {
                "at": f"{path}:3",
                "id": "never-matches",
                "text": "rule thin can never match: kind checkpoint is not in scope (model)",
                "level": "problem",
            }
        ],
    }
