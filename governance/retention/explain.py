"""Says of one artifact why it is kept or may go, by which line of the policy, and what would change
that. Every word comes from the same query that decided the report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import duckdb

from governance.decide.known import evidence_of
from governance.retention.certificate import Certificate, certificates, is_about
from governance.retention.changes import Situation, changes, checked
from governance.retention.decided import decide_workspace
from governance.retention.document import Pinned
from governance.retention.find import find
from governance.retention.needed import Needed, looked_at, needed
from governance.retention.rows import Row, integer, records
from governance.workspace.workspace import Workspace

SCHEMA = "tutela/explanation/v1"

_OUTCOMES = {
    0: "keeps it: among the best",
    1: "keeps it: it is named",
    2: "keeps it: it keeps all that it is about",
    3: "keeps it: among the newest complete saves",
    4: "keeps it: no complete save of its series is known",
    5: "keeps it: its step is not known",
    6: "keeps it: its step is one that stays",
    7: "keeps it for now: it may still be being written",
    8: "keeps it: needs evidence whether the rule is about it",
    9: "keeps it: needs the metric",
    10: "lets nothing go",
    11: "keeps it for now: it is too young",
    12: "lets it go",
}
"""What the view `rule_matches` says in numbers (see `governance.decide.decide`)."""
_LETS_GO = 12
_FOR_NOW = (7, 11)


@dataclass(frozen=True)
class RuleView:
    """What one matching rule makes of the artifact."""

    id: str
    at: str
    """file:line."""
    words: str
    lets_go: bool
    lasting: bool
    """It keeps the artifact, and time alone does not end that."""


@dataclass(frozen=True)
class Explanation:
    """One artifact, its facts and its verdict. Text from buckets is raw."""

    as_of: datetime
    artifact: Row
    """Columns of `facts` and `decisions`."""
    rules: tuple[RuleView, ...]
    pins: tuple[Pinned, ...]
    checked: tuple[str, ...]
    """For an EXPIRE: everything that could have kept it and does not."""
    changes: tuple[str, ...]
    needed: Needed
    """Who needs it, where a root does."""
    told: str | None
    """What registered sources say of its run, where they contradict each other."""
    evidence: tuple[Certificate, ...]
    """The sources that could have said something of it."""
    scanned: datetime
    source: str

    def __str__(self) -> str:
        from governance.retention.write.explanation import text

        return text(self)

    def as_json(self) -> dict[str, object]:
        """The form `tutela/explanation/v1`."""
        hidden = ("fact", "series", "touched_us")
        return {
            "schema": SCHEMA,
            "as_of": self.as_of.isoformat(),
            "artifact": {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in self.artifact.items()
                if name not in hidden
            },
            "rules": [
                {"id": rule.id, "at": rule.at, "says": rule.words, "lets_go": rule.lets_go}
                for rule in self.rules
            ],
            "pins": [pin.as_json() for pin in self.pins],
            "checked": list(self.checked),
            "changes": list(self.changes),
            "path": [step.as_json() for step in self.needed.path],
            "needed_by": list(self.needed.roots),
            "needed_by_more": self.needed.more,
            "run_said": self.told,
            "evidence": [one.as_json() for one in self.evidence],
            "scanned": self.scanned.isoformat(),
            "source": self.source,
        }


def explain(
    workspace: Workspace,
    artifact: str,
    *,
    now: datetime,
    policies: Sequence[Path] | None = None,
) -> Explanation:
    """Explain the artifact that `artifact` means (see `find.find`), as decided at `now`.

    Raises NoSuchArtifactError, AmbiguousArtifactError, and what `report` raises.
    """
    decided = decide_workspace(workspace, now=now, policies=policies)
    connection = decided.connection
    try:
        fact = find(connection, artifact)
        (row,) = records(
            connection,
            "SELECT f.*, d.* EXCLUDE (fact, id) FROM facts f JOIN decisions d USING (fact)"
            " WHERE fact = $1",
            [fact],
        )
        rules = _rules(connection, fact)
        situation = Situation(
            row=row,
            now=now,
            lets_go=tuple(rule.id for rule in rules if rule.lets_go),
            keeping=tuple((rule.id, rule.at) for rule in rules if rule.lasting),
            rule=_rule(connection, str(row["rule"]), row["policy"]),
            policies=tuple(source.name for source in decided.policies),
            pins_as_of=decided.pins_as_of,
        )
        who = needed(connection, fact)
        looked = looked_at(connection, evidence_of(decided.evidence).readings, fact)
        snapshot = next(s for s in decided.snapshots if s.manifest.id == row["snapshot"])
        return Explanation(
            as_of=now,
            artifact=row,
            rules=rules,
            pins=_pins(connection, fact),
            checked=checked(situation, looked) if row["verdict"] == "expire" else (),
            changes=changes(situation, who),
            needed=who,
            told=_told(connection, fact),
            evidence=tuple(
                one
                for one in certificates(decided.evidence, decided.policies, now)
                if is_about(one.known, str(row["uri"]), snapshot.manifest.id)
            ),
            scanned=snapshot.manifest.finished,
            source=snapshot.manifest.source,
        )
    finally:
        connection.close()


def _told(connection: duckdb.DuckDBPyConnection, fact: int) -> str | None:
    found = records(
        connection,
        "SELECT said FROM about WHERE fact = $1 AND (run_status IS NULL OR state IS NULL)",
        [fact],
    )
    return str(found[0]["said"]) if found and found[0]["said"] else None


def _rules(connection: duckdb.DuckDBPyConnection, fact: int) -> tuple[RuleView, ...]:
    found = records(
        connection,
        'SELECT r.id, r."at", m.outcome FROM rule_matches m JOIN rules r USING (rule)'
        " WHERE m.fact = $1 ORDER BY m.outcome, r.rule",
        [fact],
    )
    return tuple(
        RuleView(
            id=str(row["id"]),
            at=str(row["at"]),
            words=_OUTCOMES[integer(row["outcome"])],
            lets_go=integer(row["outcome"]) == _LETS_GO,
            lasting=integer(row["outcome"]) not in (*_FOR_NOW, _LETS_GO),
        )
        for row in found
    )


def _rule(connection: duckdb.DuckDBPyConnection, rule: str, policy: object) -> Row | None:
    """The rule that decided, where one did."""
    found = records(connection, "SELECT * FROM rules WHERE id = $1 AND policy = $2", [rule, policy])
    return found[0] if found else None


def _pins(connection: duckdb.DuckDBPyConnection, fact: int) -> tuple[Pinned, ...]:
    found = records(
        connection,
        'SELECT pins.id, pins."by", pins.reason, make_timestamptz(pins.until_us) AS until'
        " FROM pinned JOIN pins USING (pin) WHERE pinned.fact = $1 ORDER BY pins.pin",
        [fact],
    )
    return tuple(
        Pinned(
            id=str(row["id"]),
            by=str(row["by"]),
            reason=str(row["reason"]),
            until=cast("datetime | None", row["until"]),
        )
        for row in found
    )
