"""A second opinion: the same semantics, artifact by artifact, slowly, in plain Python.

Written from the description of the language and not from the query: it shares no code with
`governance.decide`. It reads plain values: the policy as the mapping that its YAML says, object
and artifact rows as mappings. When a verdict changes is found by asking again at every moment
at which anything ends, not by calculation.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
"""A row of a listing, or a part of a policy, as plain values."""

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800, "y": 366 * 86400}
SAVES = ("checkpoint", "model", "adapter", "dataset")
ANSWERS = {
    "mlflow.alias": "mlflow",
    "serving.active": "serving",
    "trainer.latest": "store",
    "doi": "links",
}
"""Which source says what a root names."""
OLDEST = datetime.fromisoformat("1990-01-01T00:00:00+00:00")
DISTANT = datetime.fromisoformat("9990-01-01T00:00:00+00:00")


@dataclass
class Place:
    """One listing: where, and what it could not see."""

    store: str
    artifacts: list[Row]
    objects: list[Row]
    incomplete: str | None = None
    versions_unknown: str | None = None
    pins_unknown: str | None = None


@dataclass
class World:
    """Everything that a decision is made from."""

    places: list[Place]
    policies: list[Row]
    pins: list[Row]
    now: datetime
    sources: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    projects: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Opinion:
    """What the second opinion is."""

    verdict: str
    rule: str
    until: datetime | None = None


def span(text: str) -> timedelta:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return timedelta(seconds=int(number) * SECONDS[text[len(number) :]])


def fits(glob: str, text: str) -> bool:
    pattern = ""
    for char in glob:
        pattern += ".*" if char == "*" else "." if char == "?" else re.escape(char)
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def lies_in(prefix: str, artifact: Row) -> bool:
    text = artifact["uri"] if "://" in prefix else artifact["root"]
    if prefix.endswith(("*", "/")):
        return fits(prefix.rstrip("*") + "*", text) if prefix.endswith("/") else fits(prefix, text)
    return fits(prefix, text) or fits(prefix + "/*", text)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class Oracle:
    """Decides one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all = [(place, artifact) for place in world.places for artifact in place.artifacts]
        self.touched = {}
        for place, artifact in self.all:
            self.touched[id(artifact)] = self.last_change(place, artifact)

    def last_change(self, place: Place, artifact: Row) -> datetime | None:
        dates: list[Any] = [
            row["modified"] for row in place.objects if row["artifact"] == artifact["artifact"]
        ]
        if not dates or None in dates or max(dates) < OLDEST:
            return None
        newest: datetime = max(dates)
        return newest

    def project(self, artifact: Row) -> str:
        best, name = -1, "unknown"
        for project, prefixes in self.world.projects.items():
            for prefix in prefixes:
                if artifact["uri"].startswith(prefix) and len(prefix) > best:
                    best, name = len(prefix), project
        return name

    # -- what a policy and a rule are about

    def in_scope(self, policy: Row, artifact: Row) -> bool:
        scope = policy.get("scope", {})
        if "kinds" in scope and artifact["kind"] not in scope["kinds"]:
            return False
        if "buckets" in scope and not any(fits(g, artifact["bucket"]) for g in scope["buckets"]):
            return False
        if "projects" in scope and not any(
            fits(g, self.project(artifact)) for g in scope["projects"]
        ):
            return False
        return "prefixes" not in scope or any(lies_in(p, artifact) for p in scope["prefixes"])

    def about(self, rule: Row, artifact: Row) -> str:
        """'yes', 'no', or 'unsure'."""
        match = rule["match"]
        checks: dict[str, Callable[[Any], bool]] = {
            "kind": lambda value: artifact["kind"] in many(value),
            "layout": lambda value: any(fits(g, artifact["layout"]) for g in many(value)),
            "prefix": lambda value: any(lies_in(p, artifact) for p in many(value)),
            "project": lambda value: any(fits(g, self.project(artifact)) for g in many(value)),
            "bucket": lambda value: any(fits(g, artifact["bucket"]) for g in many(value)),
        }
        for name, check in checks.items():
            if name in match and not check(match[name]):
                return "no"
        unsure = any(name in match for name in ("run.status", "tags", "state"))
        if "complete" in match:
            if artifact["complete"] is None:
                unsure = True
            elif artifact["complete"] != match["complete"]:
                return "no"
        return "unsure" if unsure else "yes"

    # -- what keeps

    def verified(self, artifact: Row) -> bool:
        return (
            artifact["complete"] is True and artifact["live"] is True and artifact["kind"] in SAVES
        )

    def siblings(self, policy: Row, rule: Row, place: Place, artifact: Row) -> list[Row]:
        """Everything of the same series that the rule is about, or may be about."""
        return [
            other
            for elsewhere, other in self.all
            if (elsewhere.store, other["bucket"], other["run"])
            == (place.store, artifact["bucket"], artifact["run"])
            and self.in_scope(policy, other)
            and self.about(rule, other) != "no"
        ]

    def deletes_after(self, rule: Row) -> timedelta | None:
        first, last = rule.get("else"), rule.get("then")
        if first is None:
            return None
        if first["action"] == "delete":
            return span(first["after"])
        if last is not None and last["action"] == "delete":
            return span(last["after"])
        return None

    def named(self, ids: list[str], artifact: Row) -> bool:
        for name in ids:
            if "://" not in name:
                if fits(name, artifact["id"]):
                    return True
                continue
            base = name.rstrip("/")
            if fits(base, artifact["uri"]) or fits(base + "/*", artifact["uri"]):
                return True
            wild = "*" in name or "?" in name
            if not wild and artifact["uri"].endswith("/") and name.startswith(artifact["uri"]):
                return True
        return False

    def outcome(self, policy: Row, rule: Row, place: Place, artifact: Row, at: datetime) -> int:
        """Number of what the rule says, in the order in which it is said."""
        keep = rule.get("keep", {})
        if self.about(rule, artifact) == "unsure":
            return 8
        if "ids" in keep and self.named(keep["ids"], artifact):
            return 1
        if keep.get("all"):
            return 2
        fresh = False
        if "last_verified" in keep:
            series = self.siblings(policy, rule, place, artifact)
            whole = [other for other in series if self.verified(other)]
            steps = {other["step"] for other in whole} - {None}
            newest = sorted(steps, reverse=True)[: keep["last_verified"]]
            if self.verified(artifact):
                if artifact["step"] is None or artifact["step"] in newest:
                    return 3
            elif not whole:
                return 4
            else:
                newer = artifact["step"] is None or (bool(steps) and artifact["step"] > max(steps))
                touched = self.touched[id(artifact)]
                in_flight = span(policy.get("grace", {}).get("in_flight", "48h"))
                fresh = newer and touched is not None and at - touched < in_flight
        if "every_steps" in keep:
            if artifact["step"] is None:
                return 5
            if artifact["step"] % keep["every_steps"] == 0:
                return 6
        if fresh:
            return 7
        if "best" in keep:
            return 9
        after = self.deletes_after(rule)
        if after is None or rule.get("then", {}).get("if") == "recoverable":
            return 10
        touched = self.touched[id(artifact)]
        if touched is None or at - touched < after:
            return 11
        return 12

    # -- pins and evidence

    def pinned(self, place: Place, artifact: Row, at: datetime) -> list[Row]:
        return [
            pin
            for pin in self.world.pins
            if (pin["until"] is None or pin["until"] > at) and self.holds(pin, place, artifact)
        ]

    def holds(self, pin: Row, place: Place, artifact: Row) -> bool:
        if artifact["id"] in (pin["artifact"], pin.get("also")):
            return True
        if pin["uri"] is None or pin["store"] != place.store:
            return False
        mine, its = artifact["uri"], pin["uri"].rstrip("/")
        if mine.rstrip("/") == its or mine.startswith(its + "/"):
            return True
        if not its.startswith(mine):
            return False
        return mine.endswith("/") or its[len(mine)] in "/.-_="

    def blocked(self, policy: Row) -> str | None:
        kinds = {name.partition(":")[0] for name in self.world.sources} | {"links", "store"}
        for protect in policy.get("protect", []):
            asked = {ANSWERS.get(root.partition("(")[0]) for root in protect["roots"]}
            if not asked <= kinds:
                return f"protect:{protect['id']}"
        evidence = policy.get("evidence", {})
        oldest = self.world.now - span(evidence.get("max_age", "24h"))
        for name in {*evidence.get("require", []), *self.world.sources}:
            as_of, whole = self.world.sources.get(name, (None, False))
            if as_of is None or not whole or as_of < oldest or as_of > self.world.now:
                return "evidence"
        return None

    # -- the whole

    def at(self, place: Place, artifact: Row, at: datetime) -> tuple[str, str]:
        """Verdict and rule at a moment."""
        kind, touched = artifact["kind"], self.touched[id(artifact)]
        pins = self.pinned(place, artifact, at)
        if pins:
            longest = min(
                pins,
                key=lambda p: (p["until"] is not None, -(p["until"] or at).timestamp(), p["id"]),
            )
            return "keep", f"pin:{longest['id']}"
        if not self.world.policies:
            return "keep", "no policy"
        policies = [p for p in self.world.policies if self.in_scope(p, artifact)]
        if not policies:
            return "keep", "out of scope"
        graces = {id(p): span(p.get("grace", {}).get("min_age", "14d")) for p in policies}
        policies.sort(key=lambda p: -graces[id(p)])
        blocked = [why for why in map(self.blocked, policies) if why]
        if blocked:
            return "keep", blocked[0]
        if place.pins_unknown is not None or kind == "blob":
            return "keep", "evidence"
        if kind == "unknown":
            return "keep", "unknown"
        if place.incomplete is not None or place.versions_unknown is not None:
            return "keep", "listing"
        if touched is None or touched > at:
            return "keep", "grace:date"
        if artifact["complete"] is None and kind in SAVES:
            return "keep", "grace:complete"
        if any(at - touched < grace for grace in graces.values()):
            return "keep", "grace:min_age"
        said: list[tuple[int, float, int, str]] = []
        for policy in policies:
            for rule in policy["rules"]:
                if self.about(rule, artifact) == "no":
                    continue
                after = self.deletes_after(rule)
                length = timedelta.max if after is None else after
                number = self.outcome(policy, rule, place, artifact, at)
                said.append((number, -length.total_seconds(), len(said), rule["id"]))
        if not said:
            return "keep", "default"
        number, _, _, name = min(said)
        if number != 12:
            return "keep", name
        if kind == "run":
            for elsewhere, other in self.all:
                same = (elsewhere.store, other["bucket"], other["run"]) == (
                    place.store,
                    artifact["bucket"],
                    artifact["run"],
                )
                if not same or other["kind"] in ("run", "debris", "blob"):
                    continue
                if self.at(elsewhere, other, at)[0] == "keep":
                    return "keep", "run:saves"
        return "expire", name

    def moments(self) -> list[datetime]:
        """Every moment at which anything ends, and one after all of them."""
        spans = set()
        for policy in self.world.policies:
            grace = policy.get("grace", {})
            spans |= {span(grace.get("min_age", "14d")), span(grace.get("in_flight", "48h"))}
            for rule in policy["rules"]:
                spans |= {span(rule[tier]["after"]) for tier in ("else", "then") if tier in rule}
        changes = [touched for touched in self.touched.values() if touched is not None]
        ends = {touched + length for touched in changes for length in {*spans, timedelta(0)}}
        ends |= {pin["until"] for pin in self.world.pins if pin["until"] is not None}
        return sorted(end for end in ends if end > self.world.now)

    def decide(self) -> list[Opinion]:
        """One opinion per artifact, places in order."""
        opinions = []
        moments = self.moments()
        for place, artifact in self.all:
            verdict, rule = self.at(place, artifact, self.world.now)
            until = None
            if verdict == "keep" and self.at(place, artifact, DISTANT)[0] == "expire":
                until = next(m for m in moments if self.at(place, artifact, m)[0] == "expire")
            opinions.append(Opinion(verdict, rule, until))
        return opinions
