"""`tutela policy diff A B`: whose verdict changes on what is stored now, in artifacts and bytes."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from blueprints.display import count, size, table, visible
from governance.decide.decide import decide
from governance.decide.known import evidence_of
from governance.policy.packs import file_or_pack, location
from governance.policy.words import many
from governance.retention.decided import decide_workspace
from governance.retention.rows import STORED, Row, integer, records, total
from governance.workspace.workspace import Workspace

LISTED = 1000
"""Artifacts that are named in JSON, the largest first."""
SHOWN = 10
"""Artifacts that are named to a person."""


@dataclass(frozen=True)
class Change:
    """The artifacts of one project that change verdict from one rule to another."""

    project: str
    to: str
    """The verdict by B: keep or expire."""
    rule_before: str
    rule_after: str
    artifacts: int
    bytes: int


@dataclass(frozen=True)
class Difference:
    """What B decides otherwise than A."""

    before: str
    after: str
    artifacts: int
    """How many were decided, in all."""
    changes: tuple[Change, ...]
    largest: tuple[Row, ...]
    """The largest artifacts that change. Text is foreign and raw."""

    def sums(self, to: str) -> tuple[int, int]:
        """Return artifacts and bytes that change to a verdict."""
        found = [change for change in self.changes if change.to == to]
        return sum(change.artifacts for change in found), sum(change.bytes for change in found)

    def __str__(self) -> str:
        lines = [f"from {visible(self.before)} to {visible(self.after)}"]
        for to, words in (("expire", "kept, may go then"), ("keep", "might go, kept then")):
            artifacts, amount = self.sums(to)
            lines.append(f"  {words}: {many(artifacts, 'artifact')}, {size(amount)}")
        if not self.changes:
            return "\n".join([*lines, f"nothing changes for {many(self.artifacts, 'artifact')}"])
        head = ("project", "verdict", "by A", "by B", "artifacts", "bytes")
        rows = [
            (
                change.project,
                change.to,
                change.rule_before,
                change.rule_after,
                count(change.artifacts),
                size(change.bytes),
            )
            for change in self.changes
        ]
        lines += ["", table(head, rows, right={4, 5}, whole={1})]
        shown = self.largest[:SHOWN]
        lines += ["", f"the largest {len(shown)}:"]
        rows_ = [
            (str(row["uri"]), str(row["after"]), size(integer(row["bytes"])), str(row["reason"]))
            for row in shown
        ]
        lines.append(
            table(("artifact", "verdict", "bytes", "because"), rows_, right={2}, whole={1})
        )
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/policy-diff/v1``; `changed` names at most the 1,000 largest."""
        sums = {to: self.sums(to) for to in ("expire", "keep")}
        return {
            "schema": "tutela/policy-diff/v1",
            "before": self.before,
            "after": self.after,
            "artifacts": self.artifacts,
            "totals": {
                f"to_{to}": {"artifacts": found[0], "bytes": found[1]} for to, found in sums.items()
            },
            "changes": [dict(vars(change)) for change in self.changes],
            "changed": [dict(row) for row in self.largest],
        }


def diff(workspace: Workspace, before: Path, after: Path, *, now: datetime) -> Difference:
    """Decide the newest snapshots by A and by B. Each is a file or the name of a pack.

    Raises NothingScannedError, and what a wrong policy or a damaged snapshot raises.
    """
    second = file_or_pack(after)
    decided = decide_workspace(workspace, now=now, policies=[location(before)])
    connection = decided.connection
    try:
        connection.execute("ALTER TABLE decisions RENAME TO earlier")
        decide(connection, [second], now=now, evidence=evidence_of(decided.evidence))
        artifacts = records(connection, "SELECT count(*) AS n FROM decisions")[0]["n"]
        return Difference(
            before=str(before),
            after=str(after),
            artifacts=integer(artifacts),
            changes=_changes(connection),
            largest=tuple(records(connection, _LARGEST)),
        )
    finally:
        connection.close()


def _changes(connection: duckdb.DuckDBPyConnection) -> tuple[Change, ...]:
    return tuple(
        Change(
            project=str(row["project"]),
            to=str(row["verdict"]),
            rule_before=str(row["rule_before"]),
            rule_after=str(row["rule_after"]),
            artifacts=integer(row["artifacts"]),
            bytes=integer(row["bytes"]),
        )
        for row in records(connection, _CHANGES)
    )


_CHANGED = """
FROM earlier a JOIN decisions b ON b.fact = a.fact JOIN facts f ON f.fact = a.fact
WHERE a.verdict <> b.verdict
"""

# A pin's id says nothing about a policy: all pins are one line.
_RULE = "CASE WHEN {0}.level = 'pin' THEN 'pin' ELSE {0}.rule END"

_CHANGES = f"""
SELECT f.project, b.verdict, {_RULE.format("a")} AS rule_before,
       {_RULE.format("b")} AS rule_after, count(*) AS artifacts, {total(STORED)} AS bytes
{_CHANGED}
GROUP BY ALL ORDER BY bytes DESC, project, verdict, rule_before, rule_after
"""

_LARGEST = f"""
SELECT f.id, f.uri, f.project, {STORED} AS bytes, a.verdict AS before, b.verdict AS after,
       a.rule AS rule_before, b.rule AS rule_after, b.reason
{_CHANGED}
ORDER BY bytes DESC, f.uri, f.id LIMIT {LISTED}
"""
