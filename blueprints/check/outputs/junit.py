"""JUnit XML: one suite, one test case for each rule that ran, one failure for each finding.

Form: https://github.com/testmoapp/junitxml, which is what GitLab, Jenkins and junitparser read.
Findings below `--fail-on` are in the system output of their rule, so that they fail nothing.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from blueprints.check.finding import Finding
from blueprints.check.result import CheckResult
from blueprints.display import visible

# What XML 1.0 cannot hold even as a reference (section 2.2), after `visible` has written out
# controls: surrogates and the two non-characters.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(result: CheckResult) -> str:
    """The document."""
    findings: dict[str, list[Finding]] = {name: [] for name in sorted(result.rules)}
    for one in result.findings:
        findings.setdefault(one.rule, []).append(one)
    failing = set(result.failing)
    cases: list[str] = []
    failures = skipped = 0
    for rule, several in findings.items():
        worse = [one for one in several if one in failing]
        for one in worse:
            failures += 1
            cases.append(_case(f"{rule} {_where(one)}", rule, one.file, _failure(one)))
        rest = [one for one in several if one not in failing]
        if not worse:
            cases.append(_case(rule, rule, "", _told(rest)))
        elif rest:
            cases.append(_case(f"{rule} (below {result.fail_on})", rule, "", _told(rest)))
    for entry in (*result.not_checked, *result.not_asked):
        if result.strict and entry in result.not_checked:
            failures += 1
            inner = f"<failure message={_attribute(f'not checked: {entry.reason}')}/>"
        else:
            skipped += 1
            inner = f"<skipped message={_attribute(entry.reason)}/>"
        name = f"{entry.rule} {entry.file}".rstrip()
        cases.append(_case(name, entry.rule, entry.file, inner))
    head = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="tutela check" {head}>\n'
        f'<testsuite name="tutela check" {head}>\n' + "".join(cases) + "</testsuite>\n"
        "</testsuites>\n"
    )


def _case(name: str, rule: str, file: str, inner: str) -> str:
    place = f" file={_attribute(file)}" if file else ""
    head = f"<testcase name={_attribute(name)} classname={_attribute(f'tutela.{rule}')}{place}"
    return f"{head}>{inner}</testcase>\n" if inner else f"{head}/>\n"


def _failure(one: Finding) -> str:
    body = f"{_where(one)}: {one.level}: {one.message}" + (f"\n{one.hint}" if one.hint else "")
    kind = _attribute(str(one.level))
    return f"<failure message={_attribute(one.message)} type={kind}>{_body(body)}</failure>"


def _told(findings: Iterable[Finding]) -> str:
    lines = [f"{_where(one)}: {one.level}: {one.message}" for one in findings]
    return f"<system-out>{_body(chr(10).join(lines))}</system-out>" if lines else ""


def _where(one: Finding) -> str:
    file = one.file or "repository"
    return f"{file}:{one.line}" if one.line else file


def _clean(value: str) -> str:
    return _NOT_XML.sub("\ufffd", "\n".join(visible(line) for line in value.split("\n")))


def _body(value: str) -> str:
    return escape(_clean(value))


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", visible(value)))
