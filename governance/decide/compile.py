"""From policies to the rows and conditions that the decision query runs on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.decide.conditions import matched_sql, scope_sql
from governance.decide.evidence import (
    METRICS,
    NOT_YET,
    RECOVERABLE,
    RUN_STATUS,
    STATE,
    TAGS,
    Evidence,
)
from governance.policy.durations import Duration
from governance.policy.model import Match, Rule
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
    match_needs: str | None
    """The evidence without which nobody can say whether the rule is about an artifact."""
    keep_needs: str | None
    delete_after_us: int | None
    """Null: it never lets anything go."""
    delete_words: str | None
    never_words: str | None
    """Why it never does."""


@dataclass(frozen=True)
class Compiled:
    """What the decision query runs on."""

    policies: tuple[PolicyRow, ...]
    rules: tuple[RuleRow, ...]
    scoped: str
    """SELECT of (fact, policy)."""
    matched: str
    """SELECT of (fact, rule, named, unsure); the last two are 0 or 1."""


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
    return Compiled(
        policies,
        tuple(_rule_row(number, *item) for number, item in enumerate(rules)),
        _union(
            f"SELECT f.fact, {number} AS policy FROM facts f"  # noqa: S608
            f" WHERE {scope_sql(source.policy.scope)}"
            for number, source in enumerate(by_grace)
        )
        or "SELECT f.fact, 0 AS policy FROM facts f WHERE 1 = 0",
        _union(
            matched_sql(number, source.policy.scope, rule)
            for number, (source, _, rule) in enumerate(rules)
        )
        or "SELECT f.fact, 0 AS rule, 0 AS named, 0 AS unsure FROM facts f WHERE 1 = 0",
    )


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
        blocked_rule=blocked[0],
        blocked_reason=blocked[1],
        blocked_at=blocked[2],
    )


def _blocked(source: Source, evidence: Evidence, now: datetime) -> Iterator[tuple[str, str, str]]:
    policy = source.policy
    for index, protect in enumerate(policy.protect):
        # What these roots name is not known in this version, whatever sources were read.
        words = (
            f"{NEEDS}what {', '.join(protect.roots)} {_name(protect.roots)} (protect {protect.id})"
        )
        yield f"protect:{protect.id}", words, source.lines.at("protect", index)
    max_age = policy.evidence.max_age.delta
    lacking = [
        why for name in policy.evidence.require if (why := evidence.lacks(name, max_age, now))
    ]
    if lacking:
        yield "evidence", NEEDS + "; ".join(lacking), source.lines.at("evidence", "require")


def _name(roots: Sequence[str]) -> str:
    return "names" if len(roots) == 1 else "name"


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
        match_needs=_needs(match_needs(rule.match)),
        keep_needs=_needs([METRICS] if keep and keep.best else []),
        delete_after_us=deletes.micros if deletes else None,
        delete_words=deletes.words if deletes else None,
        never_words=None if deletes else _never_words(rule),
    )


def _last_words(last: int | None) -> str | None:
    if last is None:
        return None
    return "the newest complete save" if last == 1 else f"one of the {last} newest complete saves"


def match_needs(match: Match) -> list[str]:
    """Return the facts that a match asks for and no source gives in this version."""
    asked = {RUN_STATUS: match.run_status, TAGS: match.tags, STATE: match.state}
    return [fact for fact, value in asked.items() if value is not None]


def _needs(facts: Sequence[str]) -> str | None:
    return NEEDS + ", ".join(NOT_YET[fact] for fact in facts) if facts else None


def _never_or(duration: Duration | None) -> float:
    return float("inf") if duration is None else duration.seconds


def _never_words(rule: Rule) -> str:
    if rule.else_ is None:
        return "the rule lets nothing go (it has no else)"
    last = rule.then or rule.else_
    words = f"{last.action} after {last.after.words} is not applied in this version of tutela"
    if rule.then is not None and rule.then.if_ is not None:
        return (
            f"{NEEDS}{NOT_YET[RECOVERABLE]}; {words}"
            if last.action != "delete"
            else (f"{NEEDS}{NOT_YET[RECOVERABLE]} (it may go after {last.after.words} only then)")
        )
    return words
