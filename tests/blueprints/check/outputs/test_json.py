import json

from hypothesis import given

from blueprints.check.outputs.json import as_json, text
from blueprints.check.result import CheckResult
from tests.blueprints.check.outputs.results import ORDINARY, RESULTS


def test_it_has_all_that_was_found_and_not_looked_at() -> None:
    told = as_json(ORDINARY)
    assert told["schema"] == "tutela/check/v1"
    findings = told["findings"]
    assert isinstance(findings, list)
    assert findings[1] == {
        "rule": "image-digest",
        "level": "warning",
        "file": "a/b.yaml",
        "line": 3,
        "message": "no digest",
        "hint": "add @sha256:...",
    }
    assert told["not_checked"] == [
        {
            "rule": "helm-chart",
            "reason": "Helm is not installed",
            "file": "charts/a",
            "asked": True,
        },
        {
            "rule": "gitleaks",
            "reason": "runs only with --with gitleaks",
            "file": "",
            "asked": False,
        },
    ]
    suppressed = told["suppressed"]
    assert isinstance(suppressed, list)
    assert suppressed[0]["reason"] == "moves next year"
    assert suppressed[0]["until"] == "2027-01-01"
    assert told["counts"] == {
        "error": 2,
        "warning": 1,
        "note": 1,
        "suppressed": 1,
        "files": 4,
        "objects": 12,
    }
    assert told["exit_code"] == 3


@given(RESULTS)
def test_every_text_survives_and_none_acts_on_a_terminal(result: CheckResult) -> None:
    written = text(result)
    assert written.isascii()
    read = json.loads(written)
    assert [one["file"] for one in read["findings"]] == [one.file for one in result.findings]
    assert [one["message"] for one in read["findings"]] == [one.message for one in result.findings]
