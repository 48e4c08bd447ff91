"""Decides: one verdict for every artifact, with the rule, the reason and when it may change.

Precedence: hold or pin > protected > grace or unknown > keep (any) > expire > default keep. To
expire, an artifact has to be matched by a rule with `else`, every rule that matches has to agree,
and nothing that would keep it may be missing, stale or unread.

The decision is one query (`QUERY`) of joins over `facts`, `pinned`, `policies` and `rules`, in
plain SQL: whole numbers for times (microseconds since 1970), no lists, no procedures. Two
functions are DuckDB's by name: `make_timestamp` and `make_timestamptz`.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import get_args, get_type_hints

import duckdb
import pyarrow as pa

from governance.artifact import Kind
from governance.decide import about, claims, doubts, graph, places, protection, recoverable
from governance.decide.compile import NEEDS, Compiled, PolicyRow, RuleRow, compile_policies
from governance.decide.evidence import Evidence
from governance.decide.pins import micros
from governance.decide.reasons import LEVEL, LINE, POLICY, REASON, RULE, moment
from governance.policy.parse import Source

SAVES = (Kind.CHECKPOINT, Kind.MODEL, Kind.ADAPTER, Kind.DATASET)
"""Kinds of which it matters whether they are complete."""

NOT_SAVES = (Kind.RUN, Kind.DEBRIS, Kind.BLOB)
"""Kinds that do not keep their run's files alive; what is unknown might be a save."""


def decide(
    connection: duckdb.DuckDBPyConnection,
    policies: Sequence[Source],
    *,
    now: datetime,
    evidence: Evidence | None = None,
) -> None:
    """Make the table `decisions`, one row for each row of `facts` (see `facts.build`):

    fact BIGINT, id VARCHAR  as in `facts`
    verdict VARCHAR          keep or expire
    level VARCHAR            pin, none (no policy or out of scope), protect, grace, keep, rule
                             (a rule lets it go later or not at all), expire or default
    rule VARCHAR             id of the rule; else pin:<id>, protect:<id>, trainer:newer, evidence,
                             unknown, listing, grace:date, grace:complete, grace:min_age, run:saves,
                             no policy, out of scope, default
    reason VARCHAR           why, in words; foreign text in it is not escaped
    policy, policy_line VARCHAR   file, and file:line, of what decided; null where none did
    until TIMESTAMPTZ        first moment at which time alone makes a KEEP an EXPIRE; null: never
    freed TIMESTAMPTZ        of what a root needs: from when it could go if none did; null: never
    expires_after TIMESTAMPTZ  end of the longest `after` of all matching rules; null where one
                             of them never lets go, or none matches
    notice_seconds BIGINT    how long before that owners are told; null out of scope
    age_seconds BIGINT       since the last change; null where not known
    rank, complete_saves BIGINT  where it stands among the complete saves of its series, newest
                             first, and how many there are, as the deciding rule sees it
    newest_step BIGINT       step of the newest of those
    matching_rules BIGINT    how many rules match

    The view `rule_matches` gives, per matching rule, `fact, rule, outcome` for explanations.
    """
    evidence = evidence or Evidence()
    compiled = compile_policies(policies, evidence, now)
    _load(connection, compiled)
    _learn(connection, compiled, evidence, now)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW scoped AS {compiled.scoped}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW matched AS {compiled.matched}")
    if any(rule.only_recoverable for rule in compiled.rules):
        oldest = min(source.policy.evidence.max_age.delta for source in policies)
        recoverable.judge(connection, evidence, oldest, now)
    else:
        recoverable.none_is(connection)
    connection.execute(_numbered(f"CREATE OR REPLACE TEMP VIEW rule_matches AS {_MATCHES}", now))
    connection.execute(_numbered(f"CREATE OR REPLACE TEMP TABLE decisions AS {QUERY}", now))


def _learn(
    connection: duckdb.DuckDBPyConnection, compiled: Compiled, evidence: Evidence, now: datetime
) -> None:
    """Make the tables of what the evidence says: who needs what, and what runs were."""
    claims.load(connection, evidence)
    places.index(connection)
    servers = [reading.name for reading in evidence.readings if reading.kind == "mlflow"]
    graph.build(connection, servers)
    problems = protection.protect(connection, compiled.sources, now)
    if problems:
        connection.execute(
            "UPDATE policies SET blocked_rule = 'evidence', blocked_reason = $1, blocked_at = name",
            [f"{NEEDS}{'; '.join(problems)}"],
        )
    about.tell(connection, compiled.asked.tags, compiled.asked.metrics)
    doubts.mark(connection, compiled.doubts)


def _load(connection: duckdb.DuckDBPyConnection, compiled: Compiled) -> None:
    for name, schema, rows in (
        ("policies", _POLICIES, compiled.policies),
        ("rules", _RULES, compiled.rules),
    ):
        table = pa.Table.from_pylist([asdict(row) for row in rows], schema=schema)
        connection.register("incoming", table)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM incoming")
        connection.unregister("incoming")


def _numbered(text: str, now: datetime) -> str:
    return text.replace("$now", str(micros(now)))


_TYPES = {int: pa.int64(), str: pa.string(), bool: pa.bool_()}


def _schema(row: type[PolicyRow] | type[RuleRow]) -> pa.Schema:
    fields = get_type_hints(row).items()
    return pa.schema([(name, _TYPES[(get_args(kind) or (kind,))[0]]) for name, kind in fields])


_POLICIES = _schema(PolicyRow)
_RULES = _schema(RuleRow)


def _among(kinds: Sequence[Kind]) -> str:
    return "(" + ", ".join(f"'{kind}'" for kind in kinds) + ")"


# What each matching rule makes of an artifact. `outcome` in order of what is said first:
# 0 among the best, 1 named, 2 all, 3 newest complete, 4 no complete save known, 5 step unknown,
# 6 every n steps, 7 may still be written, 8 not known whether it is about this, 9 no metric known,
# 10 never lets go, or only what can be made again, 11 too young, 12 may go. Only 7, 11 and 12
# depend on the time: for the others `fixed` is 1. `end_us` is when neither 7 nor 11 holds any more.
# What a rule may not be about at all stays, and takes no other's place among the newest or best.
_GRACE = f"GREATEST(g.min_age_us, CASE WHEN f.kind = '{Kind.BLOB}' THEN g.in_flight_us ELSE 0 END)"
"""Until when anything is too young; a blob may be pushed before the commit that names it."""

_MATCHES = f"""
WITH candidates AS (
    SELECT m.fact, m.rule, m.named, m.unsure, m.value, v.ok AS recoverable, f.step,
           f.touched_us, f.series,
           CASE WHEN f.complete AND f.live AND f.kind IN {_among(SAVES)} AND m.unsure = 0
                THEN 1 ELSE 0 END AS verified,
           r.keep_all, r.last_verified, r.every_steps, r.best_k,
           r.only_recoverable, r.delete_after_us, r.in_flight_us
    FROM matched m JOIN facts f ON f.fact = m.fact JOIN rules r ON r.rule = m.rule
    LEFT JOIN recoverable v ON v.fact = m.fact
),
series AS (
    SELECT rule, series, SUM(verified) AS complete_saves,
           MAX(CASE WHEN verified = 1 THEN step END) AS newest_step
    FROM candidates GROUP BY rule, series
),
ranked AS (
    SELECT c.*, s.complete_saves, s.newest_step,
           CASE WHEN c.verified = 1 AND c.step IS NOT NULL THEN
               DENSE_RANK() OVER (
                   PARTITION BY c.rule, c.series ORDER BY c.verified DESC, c.step DESC NULLS LAST
               )
           END AS rank,
           CASE WHEN c.verified = 1 AND c.value IS NOT NULL THEN
               RANK() OVER (
                   PARTITION BY c.rule, c.series,
                                CASE WHEN c.verified = 1 AND c.value IS NOT NULL THEN 1 ELSE 0 END
                   ORDER BY c.value
               )
           END AS best
    FROM candidates c JOIN series s ON s.rule = c.rule AND s.series = c.series
),
judged AS (
    SELECT r.*,
           CASE WHEN last_verified IS NOT NULL AND verified = 0
                     AND (step IS NULL OR step > newest_step)
                THEN touched_us + in_flight_us END AS landed_us,
           CASE
               WHEN unsure > 0 THEN 8
               WHEN best <= best_k THEN 0
               WHEN named = 1 THEN 1
               WHEN keep_all THEN 2
               WHEN last_verified IS NOT NULL AND verified = 1
                    AND (step IS NULL OR rank <= last_verified) THEN 3
               WHEN last_verified IS NOT NULL AND complete_saves = 0 THEN 4
               WHEN every_steps IS NOT NULL AND step IS NULL THEN 5
               WHEN every_steps IS NOT NULL AND step % every_steps = 0 THEN 6
               WHEN best_k IS NOT NULL AND value IS NULL THEN 9
               WHEN delete_after_us IS NULL THEN 10
               WHEN only_recoverable AND recoverable IS NOT TRUE THEN 10
           END AS lasting
    FROM ranked r
)
SELECT fact, rule, rank, best, unsure, value, complete_saves, newest_step, delete_after_us,
       CASE WHEN lasting IS NULL THEN 0 ELSE 1 END AS fixed,
       CASE WHEN landed_us > touched_us + delete_after_us THEN landed_us
            ELSE touched_us + delete_after_us END AS end_us,
       CASE
           WHEN lasting <= 6 THEN lasting
           WHEN landed_us > $now AND (lasting IS NULL OR lasting > 8) THEN 7
           WHEN lasting IS NOT NULL THEN lasting
           WHEN touched_us + delete_after_us > $now THEN 11
           ELSE 12
       END AS outcome
FROM judged
"""

# `code`, in the order of precedence: 1 pin, 2 no policy, 3 out of scope, 15 needed by a root,
# 17 newer than its trainer's pointer, 4 evidence, 16 evidence about this place, 5 pins unread,
# 6 blob nobody answers for, 7 unknown, 8 and 9 listing, 10 and 11 date, 12 completeness,
# 13 min_age, 14 no rule, 20 + outcome of a rule, 40 run files of a kept save.
QUERY = f"""
WITH held AS (
    SELECT p.fact, MIN(p.pin) AS pin,
           MAX(CASE WHEN pins.until_us IS NULL THEN 1 ELSE 0 END) AS fixed,
           MAX(pins.until_us) AS end_us
    FROM pinned p JOIN pins ON pins.pin = p.pin
    WHERE pins.until_us IS NULL OR pins.until_us > $now
    GROUP BY p.fact
),
governed AS (
    SELECT s.fact, MIN(s.policy) AS policy, MAX(p.min_age_us) AS min_age_us,
           MAX(p.notice_us) AS notice_us, MAX(p.in_flight_us) AS in_flight_us,
           MIN(CASE WHEN p.blocked_rule IS NOT NULL THEN s.policy END) AS blocked
    FROM scoped s JOIN policies p ON p.policy = s.policy
    GROUP BY s.fact
),
needed AS (
    SELECT i.fact, MIN(i.shield) AS shield
    FROM shielded i JOIN shields h ON h.shield = i.shield
    JOIN scoped s ON s.fact = i.fact AND s.policy = h.policy
    GROUP BY i.fact
),
unclear AS (
    SELECT d.fact, MIN(d.doubt) AS doubt
    FROM doubted d JOIN doubts o ON o.doubt = d.doubt
    JOIN scoped s ON s.fact = d.fact AND s.policy = o.policy
    GROUP BY d.fact
),
matches AS ({_MATCHES}),
ruled AS (
    SELECT fact, MIN(outcome * 1000000 + rule) AS pick, MAX(fixed) AS fixed,
           MAX(end_us) AS end_us, COUNT(*) AS rules,
           MAX(CASE WHEN delete_after_us IS NULL THEN 1 ELSE 0 END) AS never,
           MAX(delete_after_us) AS after_us
    FROM matches GROUP BY fact
),
weighed AS (
    SELECT f.fact, f.series, f.kind, h.pin, g.policy, g.blocked, g.notice_us, u.rules,
           n.shield, c.doubt,
           CASE WHEN u.never = 0 THEN f.touched_us + u.after_us END AS expires_us,
           u.pick % 1000000 AS rule,
           CASE
               WHEN h.pin IS NOT NULL THEN 1
               WHEN (SELECT COUNT(*) FROM policies) = 0 THEN 2
               WHEN g.policy IS NULL THEN 3
               WHEN n.shield IS NOT NULL THEN 15
               WHEN w.fact IS NOT NULL THEN 17
               WHEN g.blocked IS NOT NULL THEN 4
               WHEN c.doubt IS NOT NULL THEN 16
               WHEN f.pins_why IS NOT NULL THEN 5
               WHEN f.kind = '{Kind.BLOB}' AND v.fact IS NULL THEN 6
               WHEN f.kind = '{Kind.UNKNOWN}' THEN 7
               WHEN NOT f.listing_complete THEN 8
               WHEN f.versions_why IS NOT NULL THEN 9
               WHEN f.touched_us IS NULL THEN 10
               WHEN f.touched_us > $now THEN 11
               WHEN f.complete IS NULL AND f.kind IN {_among(SAVES)} THEN 12
               WHEN f.touched_us + {_GRACE} > $now THEN 13
               WHEN u.pick IS NULL THEN 14
               ELSE 20 + CAST((u.pick - u.pick % 1000000) / 1000000 AS BIGINT)
           END AS code,
           CASE
               WHEN h.fixed = 1 OR g.policy IS NULL OR g.blocked IS NOT NULL
                    OR w.fact IS NOT NULL OR c.doubt IS NOT NULL
                    OR f.pins_why IS NOT NULL OR f.kind = '{Kind.UNKNOWN}'
                    OR f.kind = '{Kind.BLOB}' AND v.fact IS NULL
                    OR NOT f.listing_complete OR f.versions_why IS NOT NULL
                    OR f.touched_us IS NULL
                    OR f.complete IS NULL AND f.kind IN {_among(SAVES)}
                    OR u.pick IS NULL OR u.fixed = 1
               THEN 1 ELSE 0
           END AS fixed,
           CASE WHEN n.shield IS NOT NULL THEN 1 ELSE 0 END AS needed,
           GREATEST(COALESCE(h.end_us, 0), f.touched_us + {_GRACE}, u.end_us) AS end_us
    FROM facts f
    LEFT JOIN held h ON h.fact = f.fact
    LEFT JOIN governed g ON g.fact = f.fact
    LEFT JOIN ruled u ON u.fact = f.fact
    LEFT JOIN needed n ON n.fact = f.fact
    LEFT JOIN newer w ON w.fact = f.fact
    LEFT JOIN unclear c ON c.fact = f.fact
    LEFT JOIN covered v ON v.fact = f.fact
),
kept_saves AS (
    SELECT series, MAX(GREATEST(fixed, needed)) AS fixed, MAX(end_us) AS end_us
    FROM weighed WHERE code <> 32 AND kind NOT IN {_among(NOT_SAVES)}
    GROUP BY series
),
decided AS (
    SELECT w.fact, w.pin, w.policy, w.blocked, w.notice_us, w.rules, w.rule, w.expires_us,
           w.shield, w.doubt, w.needed,
           CASE WHEN w.code = 32 AND s.series IS NOT NULL THEN 40 ELSE w.code END AS code,
           CASE WHEN w.fixed = 1 OR s.fixed = 1 THEN 1 ELSE 0 END AS fixed,
           CASE WHEN s.end_us > w.end_us THEN s.end_us ELSE w.end_us END AS end_us
    FROM weighed w
    LEFT JOIN kept_saves s ON s.series = w.series AND w.kind = '{Kind.RUN}'
)
SELECT f.fact, f.id,
       CASE WHEN d.code = 32 THEN 'expire' ELSE 'keep' END AS verdict,
       {LEVEL} AS level,
       {RULE} AS rule,
       {REASON} AS reason,
       {POLICY} AS policy,
       {LINE} AS policy_line,
       CASE
           WHEN d.code <> 32 AND d.fixed = 0 AND d.needed = 0 THEN {moment("d.end_us")}
       END AS until,
       CASE WHEN d.code = 15 AND d.fixed = 0 THEN {moment("d.end_us")} END AS freed,
       {moment("d.expires_us")} AS expires_after,
       CAST(d.notice_us / 1000000 AS BIGINT) AS notice_seconds,
       CAST(FLOOR(($now - f.touched_us) / 1000000) AS BIGINT) AS age_seconds,
       CAST(m.rank AS BIGINT) AS rank,
       CAST(m.complete_saves AS BIGINT) AS complete_saves,
       m.newest_step, COALESCE(d.rules, 0) AS matching_rules
FROM decided d
JOIN facts f ON f.fact = d.fact
LEFT JOIN matches m ON m.fact = d.fact AND m.rule = d.rule
LEFT JOIN rules r ON r.rule = d.rule
LEFT JOIN policies p ON p.policy = CASE WHEN d.code = 4 THEN d.blocked ELSE d.policy END
LEFT JOIN pins ON pins.pin = d.pin
LEFT JOIN shields h ON h.shield = d.shield
LEFT JOIN shielded i ON i.fact = d.fact AND i.shield = d.shield
LEFT JOIN rooted t ON t.claim = i.root
LEFT JOIN rooted l ON l.claim = i.last
LEFT JOIN newer n ON n.fact = d.fact
LEFT JOIN doubts o ON o.doubt = d.doubt
LEFT JOIN recoverable v ON v.fact = d.fact
"""
