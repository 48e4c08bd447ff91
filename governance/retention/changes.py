"""What was checked before an artifact may go, and what would make its verdict another one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from blueprints.display import day, when
from governance.retention.needed import Needed
from governance.retention.rows import Row, integer


@dataclass(frozen=True)
class Situation:
    """One decision with all that led to it."""

    row: Row
    """Columns of `facts` and `decisions`."""
    now: datetime
    lets_go: tuple[str, ...]
    """Ids of the matching rules that let it go."""
    keeping: tuple[tuple[str, str], ...]
    """Id and file:line of the matching rules that keep it whatever the time."""
    rule: Row | None
    """The deciding rule's row of the table `rules`."""
    policies: tuple[str, ...]
    pins_as_of: datetime | None


def checked(situation: Situation, looked_at: Sequence[str]) -> tuple[str, ...]:
    """Everything that could have kept an artifact that may go, in the order of precedence.

    `looked_at` says which roots were looked at, by source.
    """
    row = situation.row
    pins = "no pin protects it"
    if situation.pins_as_of is not None:
        pins += f" (pins as of {when(situation.pins_as_of)})"
    said = [
        pins,
        "no source of evidence that counts is missing, old or incomplete",
        *(f"no root needs it in {source}" for source in looked_at),
        "the listing is complete, with all versions",
        f"it is older than the policy's grace: last changed {day(_touched(row))}",
        "what it is and whether it is complete is known",
        f"every matching rule lets it go: {', '.join(situation.lets_go)}",
    ]
    if row["kind"] == "run":
        said.append("no save of its run is kept")
    return tuple(said)


def changes(situation: Situation, needed: Needed) -> tuple[str, ...]:
    """What would turn the verdict, or could: in words, commands where there are any."""
    if situation.row["verdict"] == "expire":
        return tuple(_to_keep(situation))
    if needed.path:
        return tuple(_without_roots(situation, needed))
    return tuple(_to_expire(situation))


def _without_roots(situation: Situation, needed: Needed) -> Iterator[str]:
    """What would happen if nobody needed it any more."""
    count = len(needed.roots) + needed.more
    who = needed.roots[0] if count == 1 else f"{needed.roots[0]} and {count - 1} more roots"
    no_longer = f"if {who} no longer {'needs' if count == 1 else 'need'} it"
    freed = situation.row["freed"]
    if not isinstance(freed, datetime):
        yield f"nothing else lets it go: {no_longer}, the rules still keep it"
    elif freed <= situation.now:
        yield f"it may go at once {no_longer}"
    else:
        yield f"it expires on {day(freed)} {no_longer}"


def _touched(row: Row) -> datetime | None:
    touched = row["touched"]
    return touched if isinstance(touched, datetime) else None


def _to_keep(situation: Situation) -> Iterator[str]:
    row, rule = situation.row, situation.rule
    yield f"a pin would keep it: tutela pin add {row['id']} --reason WHY"
    if rule is None:
        return
    where = f"({row['policy_line']})"
    if rule["last_verified"] is not None and row["rank"] is not None:
        yield (
            f"last_verified: {row['rank']} or more in rule {rule['id']} would keep it; "
            f"it is {rule['last_verified']} {where}"
        )
    elif rule["last_verified"] is None and row["rank"] is not None:
        yield f"last_verified: {row['rank']} in rule {rule['id']} would keep it {where}"
    if rule["every_steps"] is not None and row["step"]:
        yield (
            f"every_steps: {row['step']} or a divisor of it in rule {rule['id']} would keep it; "
            f"it is {rule['every_steps']} {where}"
        )
    yield (
        f"an `after` longer than its age of {_age(row)} would keep it; it is {rule['delete_words']}"
    )
    yield "a second rule that keeps it would do: one reason to keep is enough"


def _age(row: Row) -> str:
    days = integer(row["age_seconds"]) // 86_400
    return f"{days} day{'' if days == 1 else 's'}"


def _to_expire(situation: Situation) -> Iterator[str]:
    row = situation.row
    yield from _by_level(situation)
    until = row["until"]
    if isinstance(until, datetime):
        yield f"time alone: from {day(until)} it may go, if nothing else changes"
    else:
        yield "time alone changes nothing"


def _by_level(situation: Situation) -> Iterator[str]:
    row = situation.row
    rule = str(row["rule"])
    match str(row["level"]):
        case "pin":
            pin = rule.removeprefix("pin:")
            yield f"the release of its pin, and then what the rules say: tutela pin release {pin}"
        case "none" if not situation.policies:
            yield "a policy: name one in tutela.yaml (policy: FILE)"
        case "none":
            yield f"a scope that takes it in, in {', '.join(situation.policies)}"
        case "protect" | "grace":
            yield _blocked(rule, row)
        case "default":
            yield "a rule about it; what no rule is about is kept"
        case _:
            yield from _by_rule(situation)


def _blocked(rule: str, row: Row) -> str:
    if rule == "evidence" and row.get("pins_why") is not None:
        return "the pins of its store, read completely: tutela pin list"
    if rule == "trainer:newer":
        return "a newer save that its trainer points to, and a scan after it"
    if row["kind"] == "blob" and "this blob" in str(row["reason"]):
        return "the registration of all DVC repositories that use its store (`owns` in tutela.yaml)"
    if rule == "evidence" or rule.startswith("protect:"):
        return "the evidence that is asked for, read completely and lately: tutela evidence read"
    match rule:
        case "unknown":
            return "nothing, as long as tutela does not recognise what it is"
        case "listing":
            return f"a complete scan: tutela catalog scan {row['source']}"
        case "grace:complete":
            return "a scan that can tell whether it is complete"
        case "grace:date":
            return "a listing that gives the true time of its last change"
        case _:
            return f"the end of the policy's grace ({row['policy_line']})"


def _by_rule(situation: Situation) -> Iterator[str]:
    row, rule = situation.row, situation.rule
    last = rule["last_verified"] if rule is not None else None
    if row["rule"] == "run:saves":
        yield "when no save of its run is kept any more, the rules decide about it"
    if last is not None and row["rank"] is not None and integer(row["rank"]) <= integer(last):
        more = integer(last) - integer(row["rank"]) + 1
        newer = "a newer complete save" if more == 1 else f"{more} newer complete saves"
        yield f"{newer} of its series: then it is no longer one of the {last} newest"
    for name, at in situation.keeping:
        yield f"another wording of rule {name} ({at}), which keeps it"
