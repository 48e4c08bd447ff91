"""How much of what is stored each rule of a policy is about."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from blueprints.display import count
from governance.policy.packs import location
from governance.policy.parse import Source
from governance.retention.decided import decide_workspace
from governance.retention.rows import integer, records
from governance.workspace.workspace import Workspace

_QUERY = """
SELECT r.id, count(m.fact) AS matched,
       count(CASE WHEN d.verdict = 'expire' THEN 1 END) AS expired
FROM rules r LEFT JOIN matched m USING (rule) LEFT JOIN decisions d ON d.fact = m.fact
GROUP BY r.id
"""


def shares(
    workspace: Workspace, source: Source, path: Path, now: datetime, max_match: float
) -> Iterator[tuple[str, str, str]]:
    """Yield (file:line, id, words) for rules that match more than `max_match` percent, or nothing.

    A rule that lets nothing go may match all it likes. Raises NothingScannedError.
    """
    connection = decide_workspace(workspace, now=now, policies=[location(path)]).connection
    try:
        total = integer(records(connection, "SELECT count(*) AS n FROM facts")[0]["n"])
        found = {str(row["id"]): row for row in records(connection, _QUERY)}
    finally:
        connection.close()
    for index, rule in enumerate(source.policy.rules):
        matched = integer(found[rule.id]["matched"])
        if not matched:
            text = f"rule {rule.id} is about nothing of the {count(total)} artifacts stored now"
            yield source.rule_at(index), "idle", text
        share = 100 * matched / total if total else 0
        if rule.else_ is not None and share > max_match:
            expired = integer(found[rule.id]["expired"])
            yield (
                source.rule_at(index),
                "wide",
                f"rule {rule.id} matches {share:.0f}% of the {count(total)} artifacts stored now "
                f"(more than {max_match:g}%), and {count(expired)} of them may go",
            )
