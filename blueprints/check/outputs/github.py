"""Annotations of GitHub Actions: workflow commands on standard output, one line each.

Escaping is that of the runner's toolkit (actions/toolkit, packages/core/src/command.ts:
`escapeData`, `escapeProperty`), so that a hostile name or message can end neither its property nor
its line. GitHub shows 10 of a kind for each step; the text after them says how many there are.
"""

from blueprints.check.finding import Finding, Level
from blueprints.check.outputs.text import text as for_people
from blueprints.check.result import CheckResult
from blueprints.display import visible

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def text(result: CheckResult) -> str:
    """The annotations, then the result for people with no line that the runner would obey."""
    lines = [_annotation(one) for one in sorted(result.findings, key=lambda one: -one.level)]
    for entry in result.not_checked:
        words = f"not checked: {entry.reason}"
        place = f"file={_property(entry.file)}," if entry.file else ""
        lines.append(f"::notice {place}title={_property(entry.rule)}::{_data(words)}")
    # A line of the text may start with a foreign name; the runner trims before it looks for "::".
    lines += [_harmless(line) for line in for_people(result).split("\n")]
    return "\n".join(lines)


def _annotation(one: Finding) -> str:
    place = f"file={_property(one.file)}," if one.file else ""
    line = f"line={one.line}," if one.line and one.file else ""
    words = one.message + (f" ({one.hint})" if one.hint else "")
    command = _COMMANDS[one.level]
    return f"::{command} {place}{line}title={_property(one.rule)}::{_data(words)}"


def _data(value: str) -> str:
    return visible(value).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _harmless(line: str) -> str:
    """`::command::` is obeyed at the start of a line, the older `##[command]` anywhere in it."""
    line = line.replace("##[", "# #[")
    return f". {line}" if line.lstrip().startswith("::") else line
