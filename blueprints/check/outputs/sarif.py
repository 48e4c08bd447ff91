"""SARIF 2.1.0 (OASIS), as code-scanning services read it.

Suppressed findings are results with a `suppressions` entry; what could not be checked is a
notification of the run.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.result import CheckResult
from blueprints.check.suppressions import Suppressed
from blueprints.display import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "REPOSITORY"
_PLACE = re.compile(r"\{([0-9]+)\}")


def text(result: CheckResult) -> str:
    """The document. ASCII only."""
    return json.dumps(_log(result), indent=2)


def _log(result: CheckResult) -> dict[str, Any]:
    every = [*result.findings, *(one.finding for one in result.suppressed)]
    names = sorted({*result.rules, *(one.rule for one in every)})
    index = {name: number for number, name in enumerate(names)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "tutela check",
                        "version": _version(),
                        "rules": [_rule(name, result.rules.get(name, "")) for name in names],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    _ROOT: {"description": {"text": "the repository that was checked"}}
                },
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "exitCode": result.exit_code,
                        "toolExecutionNotifications": [
                            *_notes(result.not_checked, "warning"),
                            *_notes(result.not_asked, "note"),
                        ],
                    }
                ],
                "results": [
                    *(_result(one, index) for one in result.findings),
                    *(_suppressed(one, index) for one in result.suppressed),
                ],
            }
        ],
    }


def _version() -> str:
    try:
        return version("tutela")
    except PackageNotFoundError:
        return "0"


def _rule(name: str, summary: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": name}
    if summary:
        rule["shortDescription"] = {"text": visible(summary)}
        rule["help"] = {"text": f"{visible(summary)} See docs/rules.md of tutela, {name}."}
    return rule


def _result(one: Finding, index: dict[str, int]) -> dict[str, Any]:
    words = visible(one.message) + (f" ({visible(one.hint)})" if one.hint else "")
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": index[one.rule],
        "level": str(one.level),
        "message": {"text": _message(words)},
        "locations": [{"physicalLocation": _place(one.file, one.line)}],
        "partialFingerprints": {"tutela/v1": fingerprint(one)},
    }
    return result


def _suppressed(one: Suppressed, index: dict[str, int]) -> dict[str, Any]:
    return {
        **_result(one.finding, index),
        "suppressions": [
            {
                "kind": "external",
                "status": "accepted",
                "justification": f"{visible(one.by.reason)} (until {one.by.until})",
            }
        ],
    }


def _place(file: str, line: int) -> dict[str, Any]:
    """Code scanning wants a line: what means the whole file is shown at its first."""
    return {
        "artifactLocation": {"uri": _uri(file), "uriBaseId": _ROOT},
        "region": {"startLine": line or 1},
    }


def _message(words: str) -> str:
    """A message that shows as it is: no argument (section 3.11.5), no link (3.11.6)."""
    words = _PLACE.sub(r"{{\1}}", words)
    return words.replace("[", "\\[") if "](" in words else words


def _uri(file: str) -> str:
    """A relative reference: a colon is escaped, so that no first part is a scheme."""
    return quote(_raw(file), safe="/") or "."


def _raw(text: str) -> bytes:
    """A text as bytes, also with what no file has in its name."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _notes(entries: Iterable[NotChecked], level: str) -> list[dict[str, Any]]:
    notes = []
    for one in entries:
        note: dict[str, Any] = {
            "level": level,
            "message": {
                "text": _message(f"not checked: {visible(one.rule)}: {visible(one.reason)}")
            },
        }
        if one.file:
            note["locations"] = [{"physicalLocation": _place(one.file, 0)}]
        notes.append(note)
    return notes


def fingerprint(one: Finding) -> str:
    """The same for the same finding when lines above it come and go."""
    parts = "\0".join((one.rule, one.file, one.message))
    return hashlib.sha256(_raw(parts)).hexdigest()[:32]
