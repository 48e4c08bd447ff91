"""The policy language, version 1, as typed values.

Layers in fixed precedence: hold or pin > protected > grace or unknown > keep > expire > default
keep. A rule selects with `match`; what its `keep` does not name may go by its `else`, and only
when every rule that matches agrees. There are no expressions to compute with.

See `parse` for reading a file, `docs/policy.md` for the language in words.
"""

import difflib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    model_validator,
)

from governance.artifact import Kind, Verdict
from governance.evidence.roots import ROOTS, SOURCE_WORDS
from governance.policy.durations import Duration, Span, parse_duration
from governance.sizes import parse_size

VERSION = 1

RESERVED = ("default", "evidence", "listing", "unknown")
"""What a decision names where no rule decided it; no rule may be called so."""

MOST_RULES = 200
_LONGEST_GLOB = 256
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Item = TypeVar("Item")


def _one_or_many(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else [value]


def _not_empty(values: tuple[Item, ...]) -> tuple[Item, ...]:
    if not values:
        raise ValueError("is an empty list: it selects nothing; leave it out to select all")
    return values


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", text):
        raise ValueError("has to be lower-case letters, digits, '.', '_' or '-', 64 at most")
    if text in RESERVED:
        raise ValueError(f"is a word that decisions use themselves; not {', '.join(RESERVED)}")
    return text


def _glob(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: it would match everything; leave it out to say so")
    if len(text) > _LONGEST_GLOB:
        raise ValueError(f"is longer than {_LONGEST_GLOB} characters")
    if _CONTROL.search(text):
        raise ValueError("holds a control character; write ? for it")
    return text


def _root(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*(\([^()\s]{1,200}\))?", text):
        raise ValueError("is not a root such as mlflow.alias(*), serving.active or doi")
    name, _, argument = text.partition("(")
    if name not in ROOTS:
        raise ValueError(_not_known("root", name, ROOTS))
    if name == "read.within":
        parse_duration(argument.removesuffix(")"))
    return text


def _source(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9._-]{1,64})?", text):
        raise ValueError("is not an evidence source such as mlflow or dvc:all-refs")
    kinds = sorted(
        {kind for answering in ROOTS.values() for kind in answering} | {"code", "images"}
    )
    if text not in SOURCE_WORDS and text.partition(":")[0] not in kinds:
        raise ValueError(_not_known("source of evidence", text, [*kinds, *SOURCE_WORDS]))
    return text


def _not_known(what: str, name: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(name, list(known), n=1)
    words = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"names no {what} that there is ({', '.join(sorted(known))}){words}"


def _moment(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo:
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError("is not a date such as 2026-11-22 or 2026-11-22T01:20:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Id = Annotated[str, AfterValidator(_id)]
Glob = Annotated[str, AfterValidator(_glob)]
Globs = Annotated[tuple[Glob, ...], BeforeValidator(_one_or_many), AfterValidator(_not_empty)]
Kinds = Annotated[tuple[Kind, ...], BeforeValidator(_one_or_many), AfterValidator(_not_empty)]
Root = Annotated[str, AfterValidator(_root)]
EvidenceName = Annotated[str, AfterValidator(_source)]
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
Percent = Annotated[float, Field(gt=0, le=100)]
Size = Annotated[int, BeforeValidator(parse_size), Field(gt=0)]
Moment = Annotated[datetime, PlainValidator(_moment)]


class Part(BaseModel):
    """Base of everything in a policy: immutable, and no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    may_be_null: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _no_blanks(cls, data: object) -> object:
        # `keep:` with every line under it commented out must not mean "keep nothing".
        if isinstance(data, dict):
            blank = [key for key, value in data.items() if value is None]
            for key in sorted(set(blank) & _names(cls) - cls.may_be_null):
                raise ValueError(f"has nothing after {key}: say what, or leave {key} out")
        return data


def _names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


class Scope(Part):
    """What a policy is about; all of what is said has to fit."""

    buckets: Globs = ("*",)
    kinds: Kinds = tuple(Kind)
    projects: Globs = ("*",)
    prefixes: Globs = ("*",)
    """Keys within the bucket, or whole URIs (`s3://bucket/runs/`)."""


class Evidence(Part):
    """Sources without which nothing in scope may go."""

    require: tuple[EvidenceName, ...] = ()
    max_age: Span = parse_duration("24h")


class Protect(Part):
    """What is named by these roots stays, with what it was made from (`ancestors`)."""

    id: Id
    roots: Annotated[tuple[Root, ...], AfterValidator(_not_empty)]
    closure: Literal["self", "ancestors"] = "ancestors"


class Grace(Part):
    """How young anything has to be to stay, whatever the rules say."""

    min_age: Span = parse_duration("14d")
    in_flight: Span = parse_duration("48h")
    """A save newer than the newest complete one may still be written for this long."""


class Match(Part):
    """Which artifacts a rule is about; all of what is said has to fit."""

    kind: Kinds | None = None
    layout: Globs | None = None
    prefix: Globs | None = None
    """As `Scope.prefixes`."""
    project: Globs | None = None
    bucket: Globs | None = None
    complete: Annotated[bool, Field(strict=True)] | None = None
    run_status: (
        Annotated[
            tuple[Literal["running", "finished", "failed", "killed"], ...],
            BeforeValidator(_one_or_many),
            AfterValidator(_not_empty),
        ]
        | None
    ) = Field(default=None, alias="run.status")
    tags: Annotated[dict[str, Glob], Field(min_length=1)] | None = None
    state: Glob | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Match":
        if not self.model_fields_set:
            raise ValueError("is empty: it would match everything; say a kind or a prefix")
        return self


class Best(Part):
    """The k best by a metric. What has no metric is kept: there is no other choice to make."""

    metric: Annotated[str, Field(min_length=1, max_length=200)]
    mode: Literal["min", "max"]
    k: Count
    missing_metric: Literal["keep"] = "keep"


class Keep(Part):
    """What stays of what a rule matches; one reason is enough."""

    last_verified: Count | None = None
    """The n newest steps of a series that are known to be complete."""
    every_steps: Count | None = None
    best: Best | None = None
    ids: Globs | None = None
    """Artifact ids, or URIs: what equals, lies under or contains one of them stays."""
    all: Literal[True] | None = None

    @model_validator(mode="after")
    def _keeps_something(self) -> "Keep":
        if not self.model_fields_set:
            raise ValueError("is empty; say last_verified, every_steps, best, ids or all")
        return self


Action = Literal["delete", "strip_optimizer", "tombstone"]


class Tier(Part):
    """What may happen, and how long after the last change."""

    after: Span
    action: Action


class LastTier(Tier):
    """What may happen after the first tier."""

    if_: Literal["recoverable"] | None = Field(default=None, alias="if")


class Rule(Part):
    """One rule. Without `else` what it matches stays."""

    id: Id
    match: Match
    keep: Keep | None = None
    else_: Tier | None = Field(default=None, alias="else")
    then: LastTier | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "Rule":
        if self.keep is None and self.else_ is None:
            raise ValueError(
                "says neither keep nor else; to keep what it matches: keep: {all: true}"
            )
        if self.then is not None:
            if self.else_ is None:
                raise ValueError("has then without else")
            if self.else_.action == "delete":
                raise ValueError("has then after else: delete, when nothing is left")
            if self.then.after <= self.else_.after:
                raise ValueError("has a then that is not later than its else")
        return self

    @property
    def deletes_after(self) -> Duration | None:
        """The age from which it lets something go, by its first tier that does; None: never.

        An action that this version does not apply lets nothing go.
        """
        if self.else_ is None:
            return None
        if self.else_.action == "delete":
            return self.else_.after
        if self.then is not None and self.then.action == "delete":
            return self.then.after
        return None

    @property
    def only_recoverable(self) -> bool:
        """Whether it lets go only what can be made again."""
        return self.then is not None and self.then.if_ is not None


class Limits(Part):
    """How much one plan may take at most; on by default."""

    max_bytes: Size = parse_size("200TB")
    max_percent: Percent = 5.0
    per_owner_percent: Percent = 20.0


class Apply(Part):
    """How a plan becomes real (not in this version of tutela: nothing is deleted)."""

    approvals: Annotated[int, Field(strict=True, ge=1, le=10)] = 2
    quarantine: Span = parse_duration("30d")
    plan_ttl: Span = parse_duration("72h")


class ExampleArtifact(Part):
    """An artifact of an example: a few fields, the rest as an old and complete checkpoint."""

    may_be_null: ClassVar[frozenset[str]] = frozenset({"age", "complete", "step"})

    root: Annotated[str, Field(max_length=1024)]
    verdict: Verdict
    rule: str | None = None
    """Which rule has to decide; not checked where not said."""
    because: str | None = None
    """Words that the reason has to hold."""
    kind: Kind = Kind.CHECKPOINT
    layout: str = "example"
    run: str | None = None
    """Default: the folder that the root lies in."""
    step: int | None = None
    age: Span | None = parse_duration("1y")
    """Since the last change; null: not known. Not looked at where `modified` is said."""
    modified: Moment | None = None
    bytes: Size = 1_000_000_000
    complete: Annotated[bool, Field(strict=True)] | None = True
    live: Annotated[bool, Field(strict=True)] = True
    bucket: str | None = None
    """Default: the first bucket in scope, or one that fits its pattern."""
    project: str | None = None
    """Default: the first project in scope."""
    id: str | None = None
    pinned: Annotated[bool, Field(strict=True)] = False
    listing_complete: Annotated[bool, Field(strict=True)] = True
    run_status: Literal["running", "finished", "failed", "killed"] | None = Field(
        default=None, alias="run.status"
    )
    """What MLflow says of its run; not said: no source knows a run of it."""
    state: str | None = None
    tags: dict[str, str] = {}
    metrics: dict[str, float] = {}
    """Of its run, at its step."""
    recoverable: Annotated[bool, Field(strict=True)] = False
    needed_by: tuple[Root, ...] = ()
    """Roots that need it: `mlflow.alias(llama@production)`."""


class Example(Part):
    """Given these artifacts and a time, these verdicts."""

    name: str
    now: Moment = datetime(2026, 1, 1, tzinfo=UTC)
    evidence: tuple[EvidenceName, ...] = ()
    """Sources that were read just now and completely."""
    artifacts: Annotated[tuple[ExampleArtifact, ...], AfterValidator(_not_empty)]


def _has_rules(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    if not rules:
        raise ValueError("is empty: a policy without rules says nothing; write a rule")
    if len(rules) > MOST_RULES:
        raise ValueError(f"has more than {MOST_RULES} rules; nobody could tell what they mean")
    return rules


class Policy(Part):
    """A whole policy file."""

    version: Literal[1]
    title: str = ""
    scope: Scope = Scope()
    evidence: Evidence = Evidence()
    protect: tuple[Protect, ...] = ()
    grace: Grace = Grace()
    notice: Span = parse_duration("14d")
    """How long before something may go its owners are told."""
    rules: Annotated[tuple[Rule, ...], AfterValidator(_has_rules)]
    limits: Limits = Limits()
    apply: Apply = Apply()
    examples: tuple[Example, ...] = ()
