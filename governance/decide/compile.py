"""From policies to the rows and conditions that the decision query runs on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.decide.conditions import Asked, matched_sql, scope_sql
from governance.decide.evidence import Evidence
from governance.decide.protection import parse_root
from governance.evidence.roots import ROOTS
from governance.policy.durations import Duration
from governance.policy.model import Policy, Rule
from governance.policy.parse import Source

NEEDS = "needs evidence: "


@dataclass(frozen=True)
class PolicyRow:
    """One policy, as a row of the table `policies`; numbers go from the longest grace down."""

    policy: int
    name: str
    grace_at: str
    min_age_us: int
    min_age_words: str
    notice_us: int
    in_flight_us: int
    blocked_rule: str | None
    """Why nothing in its scope may go, if so: who says it, what, and where."""
    blocked_reason: str | None
    blocked_at: str | None


@dataclass(frozen=True)
class RuleRow:
    """One rule, as a row of the table `rules`; numbers go from the longest retention down."""

    rule: int
    policy: str
    id: str
    at: str
    in_flight_us: int
    in_flight_words: str
    keep_all: bool
    names_ids: bool
    last_verified: int | None
    last_words: str | None
    every_steps: int | None
    best_k: int | None
    best_words: str | None
    only_recoverable: bool
    delete_after_us: int | None
    """Null: it never lets anything go."""
    delete_words: str | None
    never_words: str | None
    """Why it never does."""


@dataclass(frozen=True)
class Compiled:
    """What the decision query runs on."""

    sources: tuple[Source, ...]
    """The policies in the order of their numbers."""
    policies: tuple[PolicyRow, ...]
    rules: tuple[RuleRow, ...]
    doubts: tuple[tuple[int, str, str], ...]
    """(policy, words, place): what is in doubt about a place, for the policies that rely on it."""
    asked: Asked
    scoped: str
    """SELECT of (fact, policy)."""
    matched: str
    """SELECT of (fact, rule, named, unsure, value), see `conditions.matched_sql`."""


def compile_policies(sources: Sequence[Source], evidence: Evidence, now: datetime) -> Compiled:
    """Turn policies into rows and conditions; evidence is judged here, once."""
    by_grace = sorted(sources, key=lambda source: -source.policy.grace.min_age.seconds)
    policies = tuple(
        _policy_row(number, source, evidence, now) for number, source in enumerate(by_grace)
    )
    rules = [
        (source, index, rule)
        for source in by_grace
        for index, rule in enumerate(source.policy.rules)
    ]
    rules.sort(key=lambda item: -_never_or(item[2].deletes_after))
    asked = _asked(by_grace)
    return Compiled(
        tuple(by_grace),
        policies,
        tuple(_rule_row(number, *item) for number, item in enumerate(rules)),
        tuple(
            (number, doubt.words, doubt.within)
            for number, source in enumerate(by_grace)
            for doubt in evidence.doubts(
                _relied(source.policy), source.policy.evidence.max_age.delta, now
            )
            if doubt.within is not None
        ),
        asked,
        _union(
            f"SELECT f.fact, {number} AS policy FROM facts f WHERE {scope_sql(source.policy.scope)}"
            for number, source in enumerate(by_grace)
        )
        or "SELECT f.fact, 0 AS policy FROM facts f WHERE 1 = 0",
        _union(
            matched_sql(number, source.policy.scope, rule, asked)
            for number, (source, _, rule) in enumerate(rules)
        )
        or "SELECT f.fact, 0 AS rule, 0 AS named, 0 AS unsure, CAST(NULL AS DOUBLE) AS value"
        " FROM facts f WHERE 1 = 0",
    )


def _asked(sources: Iterable[Source]) -> Asked:
    rules = [rule for source in sources for rule in source.policy.rules]
    tags = [tag for rule in rules for tag in rule.match.tags or {}]
    metrics = [rule.keep.best.metric for rule in rules if rule.keep and rule.keep.best]
    return Asked(tuple(dict.fromkeys(tags)), tuple(dict.fromkeys(metrics)))


def _relied(policy: Policy) -> list[str]:
    """Return the sources that a policy names, by name or through its roots."""
    roots = [parse_root(root).kind for protect in policy.protect for root in protect.roots]
    return [*policy.evidence.require, *(kind for root in roots for kind in ROOTS.get(root, ()))]


def _union(selects: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(selects)


def _policy_row(number: int, source: Source, evidence: Evidence, now: datetime) -> PolicyRow:
    policy = source.policy
    blocked = next(_blocked(source, evidence, now), (None, None, None))
    return PolicyRow(
        policy=number,
        name=source.name,
        grace_at=source.lines.at("grace", "min_age"),
        min_age_us=policy.grace.min_age.micros,
        min_age_words=policy.grace.min_age.words,
        notice_us=policy.notice.micros,
        in_flight_us=policy.grace.in_flight.micros,
        blocked_rule=blocked[0],
        blocked_reason=blocked[1],
        blocked_at=blocked[2],
    )


def _blocked(source: Source, evidence: Evidence, now: datetime) -> Iterator[tuple[str, str, str]]:
    policy = source.policy
    max_age = policy.evidence.max_age.delta
    for index, protect in enumerate(policy.protect):
        for root in protect.roots:
            why = _unknown(root, evidence)
            if why is not None:
                words = f"{NEEDS}what {root} names (protect {protect.id}): {why}"
                yield f"protect:{protect.id}", words, source.lines.at("protect", index)
    lacking = list(evidence.lacking(_relied(policy), max_age, now))
    if lacking:
        at = source.lines.at("evidence", "require") if policy.evidence.require else source.name
        yield "evidence", NEEDS + "; ".join(dict.fromkeys(lacking)), at


def _unknown(root: str, evidence: Evidence) -> str | None:
    kinds = ROOTS.get(parse_root(root).kind)
    if kinds is None:
        return "no source answers that"
    missing = [kind for kind in kinds if not evidence.of(kind)]
    return f"{', '.join(missing)} is not configured" if missing else None


def _rule_row(number: int, source: Source, index: int, rule: Rule) -> RuleRow:
    keep = rule.keep
    grace = source.policy.grace
    deletes = rule.deletes_after
    last = keep.last_verified if keep else None
    return RuleRow(
        rule=number,
        policy=source.name,
        id=rule.id,
        at=source.rule_at(index),
        in_flight_us=grace.in_flight.micros,
        in_flight_words=grace.in_flight.words,
        keep_all=bool(keep and keep.all),
        names_ids=bool(keep and keep.ids),
        last_verified=last,
        last_words=_last_words(last),
        every_steps=keep.every_steps if keep else None,
        best_k=keep.best.k if keep and keep.best else None,
        best_words=_best_words(rule),
        only_recoverable=rule.only_recoverable,
        delete_after_us=deletes.micros if deletes else None,
        delete_words=deletes.words if deletes else None,
        never_words=None if deletes else _never_words(rule),
    )


def _last_words(last: int | None) -> str | None:
    if last is None:
        return None
    return "the newest complete save" if last == 1 else f"one of the {last} newest complete saves"


def _best_words(rule: Rule) -> str | None:
    best = rule.keep.best if rule.keep else None
    if best is None:
        return None
    among = "best" if best.k == 1 else f"{best.k} best"
    return f"{among} by {best.metric} ({best.mode})"


def _never_or(duration: Duration | None) -> float:
    return float("inf") if duration is None else duration.seconds


def _never_words(rule: Rule) -> str:
    if rule.else_ is None:
        return "the rule lets nothing go (it has no else)"
    last = rule.then or rule.else_
    return f"{last.action} after {last.after.words} is not applied in this version of tutela"
