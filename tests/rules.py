"""Writes docs/rules.md: what each rule of a check says of itself. `make docs` calls it."""

from pathlib import Path

from blueprints.check.registry import rules
from blueprints.check.tools.tool import names, tool

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"

_HEAD = """\
# Rules

What `tutela check` looks at, rule by rule. Written by `make docs` from the rules themselves; a test
holds it against them. How a check is asked for, set up and read: [check.md](check.md). Every rule
has a repository that breaks it and the valid twin of that in `tests/blueprints/invalid/` or
`tests/tce/invalid/`.

The level is the highest that a rule gives; `levels` in the settings says otherwise.
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD, "| rule | level | finds |\n|---|---|---|"]
    for rule in rules():
        parts[-1] += f"\n| [{rule.id}](#{rule.id}) | {rule.level} | {rule.summary} |"
    parts[-1] += "\n"
    for rule in rules():
        parts.append(f"## {rule.id}\n\n{rule.documentation.strip()}\n")
    parts.append(
        "## External tools\n\nRun only with `--with TOOL`; findings come under the tool's name.\n\n"
        "| tool | judges | of the repository it runs |\n|---|---|---|"
    )
    for name in names():
        one = tool(name)
        parts[-1] += f"\n| {name} | {one.summary} | {one.loads_code or 'nothing'} |"
    parts[-1] += "\n"
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
