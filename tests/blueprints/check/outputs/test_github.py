import re
from dataclasses import replace

from hypothesis import given

from blueprints.check.outputs.github import text
from blueprints.check.result import CheckResult
from tests.blueprints.check.outputs.results import EVERY_EVIL, ORDINARY, RESULTS

# What the runner does with a line (actions/runner, ActionCommand.TryParseV2, TryParse): it trims,
# and obeys what starts with "::", or has "##[" anywhere.
COMMAND = re.compile(r"^::([a-z-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$")


def commands(written: str) -> list[tuple[str, dict[str, str], str]]:
    found = []
    for line in re.split("\r\n|\n|\r", written):
        if line.strip().startswith("::"):
            match = COMMAND.match(line)
            assert match is not None, line
            name, properties, data = match.groups()
            pairs = dict(one.split("=", 1) for one in (properties or "").split(",") if one)
            found.append((name, pairs, data))
        else:
            assert "##[" not in line
    return found


def test_each_finding_is_an_annotation_the_worst_first() -> None:
    lines = text(ORDINARY).splitlines()
    assert lines[:5] == [
        "::error file=a/b.yaml,line=9,title=secret::a GitHub token",
        "::error file=c d.yaml,title=secret::a GitHub token",
        "::warning file=a/b.yaml,line=3,title=image-digest::no digest (add @sha256:...)",
        "::notice title=lock-drift::no lock",
        "::notice file=charts/a,title=helm-chart::not checked: Helm is not installed",
    ]
    assert lines[5].startswith("2 errors, 1 warning")


@given(RESULTS)
def test_no_text_is_a_command(result: CheckResult) -> None:
    found = commands(text(result))
    assert len(found) == len(result.findings) + len(result.not_checked)
    for name, properties, _ in found:
        assert name in ("error", "warning", "notice")
        assert set(properties) <= {"file", "line", "title"}
        assert properties["title"] in ("secret", "selector")


def test_every_evil_stays_in_its_place() -> None:
    found = commands(text(EVERY_EVIL))
    assert len(found) == len(EVERY_EVIL.findings) + len(EVERY_EVIL.not_checked)
    assert any("file=x" in data or "%3A%3Aerror file=x" in str(pairs) for _, pairs, data in found)


def test_a_percent_sign_is_no_escape() -> None:
    one = replace(ORDINARY.findings[0], message="100%0A::error::x")
    (name, _, data), *_ = commands(text(replace(ORDINARY, findings=(one,))))
    assert (name, data) == ("notice", "100%250A::error::x")
