from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from blueprints.check.finding import Level
from blueprints.check.outputs.junit import text
from blueprints.check.result import CheckResult
from tests.blueprints.check.outputs.results import EMPTY, EVERY_EVIL, ORDINARY, RESULTS


def suite(result: CheckResult) -> TestSuite:
    (one,) = JUnitXml.fromstring(text(result).encode())
    assert isinstance(one, TestSuite)
    return one


def cases(result: CheckResult) -> dict[str, TestCase]:
    return {case.name: case for case in suite(result)}


def test_each_rule_is_a_case_and_each_finding_a_failure() -> None:
    found = cases(ORDINARY)
    assert list(found) == [
        "helm-chart",
        "image-digest a/b.yaml:3",
        "lock-drift",
        "lock-in",
        "secret a/b.yaml:9",
        "secret c d.yaml",
        "selector",
        "helm-chart charts/a",
        "gitleaks",
    ]
    (failure,) = found["image-digest a/b.yaml:3"].result
    assert isinstance(failure, Failure)
    assert (failure.message, failure.type) == ("no digest", "warning")
    assert failure.text == "a/b.yaml:3: warning: no digest\nadd @sha256:..."
    assert found["lock-drift"].is_passed
    assert found["lock-drift"].system_out == "repository: note: no lock"
    (skipped,) = found["gitleaks"].result
    assert isinstance(skipped, Skipped)


def test_the_counts_are_those_of_the_cases() -> None:
    one = suite(ORDINARY)
    assert (one.tests, one.failures, one.skipped, one.errors) == (9, 3, 2, 0)
    kinds = [type(result) for case in one for result in case.result]
    assert (len(list(one)), kinds.count(Failure), kinds.count(Skipped)) == (9, 3, 2)


def test_under_strict_what_could_not_be_checked_is_a_failure() -> None:
    found = cases(replace(ORDINARY, strict=True))
    assert isinstance(found["helm-chart charts/a"].result[0], Failure)
    assert isinstance(found["gitleaks"].result[0], Skipped)


def test_what_fails_the_check_fails_a_case_and_nothing_else_does() -> None:
    strictest = replace(ORDINARY, fail_on=Level.NOTE)
    assert suite(strictest).failures == 4
    assert suite(EMPTY).failures == 0
    assert suite(EMPTY).tests == 6


@given(RESULTS)
def test_whatever_the_texts_are_it_is_xml_of_that_many_cases(result: CheckResult) -> None:
    root = ET.fromstring(text(result).encode())
    assert {one.tag for one in root.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "skipped",
        "system-out",
    }
    assert len(root.findall(".//failure")) == len(result.failing)


def test_every_evil_is_text() -> None:
    assert suite(EVERY_EVIL).failures == len(EVERY_EVIL.findings)
