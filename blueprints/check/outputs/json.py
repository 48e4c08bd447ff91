"""A result as plain data, schema `tutela/check/v1`."""

import json
from typing import Any

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.result import CheckResult


def as_json(result: CheckResult) -> dict[str, object]:
    """Names and messages are as they are: JSON can hold every text."""
    return {
        "schema": "tutela/check/v1",
        "repository": result.repository,
        "findings": [_finding(one) for one in result.findings],
        "suppressed": [
            {
                **_finding(one.finding),
                "reason": one.by.reason,
                "until": one.by.until.isoformat(),
            }
            for one in result.suppressed
        ],
        "not_checked": [
            *(_not_checked(one, asked=True) for one in result.not_checked),
            *(_not_checked(one, asked=False) for one in result.not_asked),
        ],
        "rules": sorted(result.rules),
        "counts": {
            **{str(level): count for level, count in result.counts().items()},
            "suppressed": len(result.suppressed),
            "files": result.files,
            "objects": result.objects,
        },
        "fail_on": str(result.fail_on),
        "strict": result.strict,
        "exit_code": result.exit_code,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "level": str(one.level),
        "file": one.file,
        "line": one.line,
        "message": one.message,
        "hint": one.hint,
    }


def _not_checked(one: NotChecked, *, asked: bool) -> dict[str, Any]:
    return {"rule": one.rule, "reason": one.reason, "file": one.file, "asked": asked}


def text(result: CheckResult) -> str:
    """The same as a document. ASCII only, so that a name that is no UTF-8 survives."""
    return json.dumps(as_json(result), indent=2)
