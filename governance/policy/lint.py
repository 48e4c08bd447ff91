"""`tutela policy lint`: what a policy says and cannot mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blueprints.display import visible
from blueprints.yamlfile import InvalidFileError
from governance.policy import compare
from governance.policy.needs import needs_of
from governance.policy.packs import file_or_pack
from governance.policy.parse import Source
from governance.policy.words import many, wrapped
from governance.workspace.workspace import Workspace

FOUND_PROBLEMS = 3
MAX_MATCH = 50.0
"""Percent of what is stored that a rule may match before it is asked whether it means that."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or is worth knowing."""

    at: str
    """file:line."""
    id: str
    """What kind of finding: invalid, never-matches, no-effect, within-grace,
    needs-evidence, wide, idle."""
    text: str
    is_note: bool = False
    """Worth knowing, and no problem."""

    def __str__(self) -> str:
        return wrapped(f"{self.at}: {'note: ' if self.is_note else ''}{self.text} [{self.id}]")


@dataclass(frozen=True)
class Linted:
    """All findings of one policy file."""

    name: str
    rules: int | None
    """None: it is no valid policy."""
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """3 where something is wrong; notes alone are not."""
        return FOUND_PROBLEMS if any(not one.is_note for one in self.findings) else 0

    def __str__(self) -> str:
        lines = [str(finding) for finding in self.findings]
        problems = sum(not finding.is_note for finding in self.findings)
        said = many(problems, "problem") if problems else "nothing wrong"
        rules = "" if self.rules is None else f"{many(self.rules, 'rule')}, "
        return "\n".join([*lines, f"{visible(self.name)}: {rules}{said}"])

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/policy-lint/v1``."""
        return {
            "schema": "tutela/policy-lint/v1",
            "policy": self.name,
            "rules": self.rules,
            "findings": [
                {
                    "at": finding.at,
                    "id": finding.id,
                    "text": finding.text,
                    "level": "note" if finding.is_note else "problem",
                }
                for finding in self.findings
            ],
        }


def lint(
    path: Path,
    *,
    now: datetime,
    workspace: Workspace | None = None,
    max_match: float = MAX_MATCH,
) -> Linted:
    """Look at a policy file or pack; with a workspace, at what it means for what is stored too.

    A file that is no valid policy is a finding. Raises ExpectedError where there is nothing to
    look at (no such file or pack; a workspace without a snapshot).
    """
    try:
        source = file_or_pack(path)
    except InvalidFileError as error:
        found = [_invalid(path, message) for message in error.messages]
        return Linted(str(path), None, tuple(found))
    configured = frozenset(_kinds(workspace)) if workspace else None
    findings = [
        *_findings(source),
        *(
            Finding(need.at, "needs-evidence", need.text, is_note=configured is None)
            for need in needs_of(source)
            if configured is None or need.source not in configured
        ),
    ]
    if workspace is not None:
        from governance.policy.shares import shares

        findings += [
            Finding(at, identity, text, is_note=identity == "idle")
            for at, identity, text in shares(workspace, source, path, now, max_match)
        ]
    findings.sort(key=lambda finding: _line(finding.at))
    return Linted(source.name, len(source.policy.rules), tuple(findings))


def _kinds(workspace: Workspace) -> Iterator[str]:
    """Kinds of evidence that the workspace has: what is registered, and what is always there."""
    yield from (kind for kind, _ in workspace.config.evidence.entries)
    yield from ("store", "links")


def _line(at: str) -> int:
    return int(at.rpartition(":")[2])


def _invalid(path: Path, message: str) -> Finding:
    where, _, text = message.removeprefix(f"{path}:").partition(": ")
    return Finding(f"{path}:{where}", "invalid", text)


def _findings(source: Source) -> Iterator[Finding]:
    policy = source.policy
    for index, rule in enumerate(policy.rules):
        at = source.rule_at(index)
        for text in compare.contradictions(policy, rule):
            yield Finding(at, "never-matches", f"rule {rule.id} can never match: {text}")
        for text in compare.without_effect(policy, index):
            yield Finding(at, "no-effect", f"rule {rule.id}: {text}")
        overruled = compare.within_grace(policy, rule)
        if overruled is not None:
            yield Finding(at, "within-grace", f"rule {rule.id}: {overruled}", is_note=True)
