"""GitLab's code quality report (docs.gitlab.com, "Code Quality report format")."""

import json
from collections import Counter

from blueprints.check.finding import Level
from blueprints.check.outputs.sarif import fingerprint
from blueprints.check.result import CheckResult
from blueprints.display import visible

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "minor", Level.NOTE: "info"}


def text(result: CheckResult) -> str:
    """The document: a list, empty where nothing was found. ASCII only."""
    seen: Counter[str] = Counter()
    entries = []
    for one in result.findings:
        mark = fingerprint(one)
        seen[mark] += 1
        entries.append(
            {
                "description": visible(one.message)
                + (f" ({visible(one.hint)})" if one.hint else ""),
                "check_name": one.rule,
                # GitLab drops the second of two that are alike.
                "fingerprint": mark if seen[mark] == 1 else f"{mark}-{seen[mark]}",
                "severity": _SEVERITIES[one.level],
                "location": {"path": visible(one.file) or ".", "lines": {"begin": one.line or 1}},
            }
        )
    return json.dumps(entries, indent=2)
