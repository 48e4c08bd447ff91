"""What would come back if the artifacts that may go went: honest bounds, not one number.

The upper bound is the sum of logical bytes. The lower bound is what nothing known can hold back:
it counts only stores that are known neither to share blocks between objects nor to keep
snapshots of them, and buckets without versions. Where a bucket keeps versions, a delete only
hides, and an object lock (which needs versions) may forbid the purge; an unfinished upload has
neither.
"""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from dataclasses import dataclass

import duckdb

from governance.retention.rows import STORED, integer, records, total

PLAIN_STORES = ("aws", "ceph", "seaweedfs")
"""Store types that give back the bytes of a deleted object, whatever else they hold."""

_WORDS = {
    "vast": (
        "VAST shares blocks between similar data and keeps them in snapshots: "
        "ask its capacity estimation for the path"
    ),
    "generic": "the type of the store is not said, so shared blocks and snapshots are possible",
    "file": "snapshots of the file system and hard links from outside may hold the blocks",
    "versions": (
        "where a bucket keeps versions a delete only hides: bytes come back when the old "
        "versions are purged, and object locks may forbid that"
    ),
    "lower_bound": "old versions could not be listed, so the true sum may be higher",
}


@dataclass(frozen=True)
class Reclaim:
    """Bounds in logical bytes for the artifacts that one rule lets go; both inclusive."""

    rule: str
    artifacts: int
    lower: int
    upper: int
    policy_line: str | None
    reason: str
    """That of the largest of them."""
    unknown: tuple[str, ...]
    """Why lower and upper differ, in words."""

    def as_json(self) -> dict[str, object]:
        """Every field by name."""
        return {
            "rule": self.rule,
            "artifacts": self.artifacts,
            "bytes_lower": self.lower,
            "bytes_upper": self.upper,
            "policy_line": self.policy_line,
            "reason": self.reason,
            "unknown": list(self.unknown),
        }


def reclaim(connection: duckdb.DuckDBPyConnection) -> tuple[Reclaim, ...]:
    """One entry per rule that expires something, largest first, from `rows` and `sources`."""
    plain = ", ".join(f"'{name}'" for name in PLAIN_STORES)
    sure = f"""
        CASE WHEN s.type NOT IN ({plain}) THEN 0
             WHEN s.versions = 'unversioned' THEN bytes::HUGEINT + bytes_upload
             ELSE bytes_upload END
    """
    found = records(
        connection,
        f"""
        SELECT rule, count(*) AS artifacts, {total(STORED)} AS upper,
               {total(sure)} AS lower, arg_min(reason, (-{STORED}, uri, id)) AS reason,
               any_value(policy_line) AS policy_line,
               bool_or(s.type = 'vast') AS vast, bool_or(s.type = 'generic') AS generic,
               bool_or(s.type = 'file') AS file,
               bool_or(s.versions <> 'unversioned' AND s.type <> 'file'
                       AND bytes + bytes_noncurrent > 0) AS versions,
               bool_or(lower_bound) AS lower_bound
        FROM rows JOIN sources s USING (snapshot)
        WHERE verdict = 'expire' GROUP BY rule ORDER BY upper DESC, rule
        """,
    )
    return tuple(
        Reclaim(
            rule=str(row["rule"]),
            artifacts=integer(row["artifacts"]),
            lower=integer(row["lower"]),
            upper=integer(row["upper"]),
            policy_line=None if row["policy_line"] is None else str(row["policy_line"]),
            reason=str(row["reason"] or ""),
            unknown=tuple(words for name, words in _WORDS.items() if row[name]),
        )
        for row in found
    )
