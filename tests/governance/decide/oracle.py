"""A second opinion: the same semantics, artifact by artifact, slowly, in plain Python.

Written from the description of the language and not from the query: it shares no code with
`governance.decide`. It reads plain values: the policy as the mapping that its YAML says, object
and artifact rows as mappings. When a verdict changes is found by asking again at every moment
at which anything ends, not by calculation.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tests.governance.decide.oracle_graph import (
    ANSWERS,
    WITHOUT_BEING_NAMED,
    Needs,
    Row,
    chosen,
    fits,
    span,
)

__all__ = ["Opinion", "Oracle", "Place", "Row", "World"]
SAVES = ("checkpoint", "model", "adapter", "dataset")
OLDEST = datetime.fromisoformat("1990-01-01T00:00:00+00:00")
DISTANT = datetime.fromisoformat("9990-01-01T00:00:00+00:00")
NAMED_ONLY = ("reads", "images", "code")
"""Sources that count only where a policy names them."""
AS_OLD_AS_THE_LISTING = ("store", "links")
WORDS = {"vast:audit": "reads", "dvc:all-refs": "dvc", "serving:kserve": "serving"}


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
    sources: list[Row] = field(default_factory=list)
    """key, kind, name, as_of, trusted, reach, doubts: (words, place or None)."""
    claims: list[Row] = field(default_factory=list)
    """`by` is the key of a source."""
    notes: list[Row] = field(default_factory=list)
    projects: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Opinion:
    """What the second opinion is."""

    verdict: str
    rule: str
    until: datetime | None = None


def lies_in(prefix: str, artifact: Row) -> bool:
    text = artifact["uri"] if "://" in prefix else artifact["root"]
    if prefix.endswith(("*", "/")):
        return fits(prefix.rstrip("*") + "*", text) if prefix.endswith("/") else fits(prefix, text)
    return fits(prefix, text) or fits(prefix + "/*", text)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def touches(place: str, mine: str) -> bool:
    """Is an artifact what is called so, does it lie there, or does it contain it?"""
    its = place.rstrip("/")
    if mine.rstrip("/") == its or mine.startswith(its + "/"):
        return True
    if not its.startswith(mine):
        return False
    return mine.endswith("/") or its[len(mine)] in "/.-_="


class Oracle:
    """Decides one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all = [(place, artifact) for place in world.places for artifact in place.artifacts]
        self.touched = {}
        for place, artifact in self.all:
            self.touched[id(artifact)] = self.last_change(place, artifact)
        self.asked: dict[tuple[int, int], str] = {}
        self.reached: dict[tuple[frozenset[str], bool], set[str]] = {}

    @cached_property
    def needs(self) -> Needs:
        objects = [
            (artifact, row)
            for place, artifact in self.all
            for row in place.objects
            if row["artifact"] == artifact["artifact"] and row["etag"]
        ]
        return Needs([artifact for _, artifact in self.all], objects, self.world)

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
        key = (id(rule), id(artifact))
        if key not in self.asked:
            self.asked[key] = self.find_out(rule["match"], artifact)
        return self.asked[key]

    def find_out(self, match: Row, artifact: Row) -> str:
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
        unsure = False
        if "complete" in match:
            if artifact["complete"] is None:
                unsure = True
            elif artifact["complete"] != match["complete"]:
                return "no"
        for name, key in (("run.status", "status"), ("state", "state")):
            if name in match:
                text = self.needs.agreed(artifact, key)
                if text is None:
                    unsure = True
                elif not any(fits(glob, text) for glob in many(match[name])):
                    return "no"
        for name, glob in match.get("tags", {}).items():
            known, text = self.needs.tag(artifact, name)
            if not known:
                unsure = True
            elif text is None or not fits(glob, text):
                return "no"
        return "unsure" if unsure else "yes"

    # -- what keeps

    def verified(self, artifact: Row) -> bool:
        return (
            artifact["complete"] is True and artifact["live"] is True and artifact["kind"] in SAVES
        )

    def siblings(self, policy: Row, rule: Row, place: Place, artifact: Row) -> list[Row]:
        """Everything of the same series that the rule is known to be about."""
        return [
            other
            for elsewhere, other in self.all
            if (elsewhere.store, other["bucket"], other["run"])
            == (place.store, artifact["bucket"], artifact["run"])
            and self.in_scope(policy, other)
            and self.about(rule, other) == "yes"
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

    def called(self, ids: list[str], artifact: Row) -> bool:
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
        value = None
        if "best" in keep:
            value, better = self.among_best(policy, rule, place, artifact)
            if better < keep["best"]["k"]:
                return 0
        if "ids" in keep and self.called(keep["ids"], artifact):
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
        if "best" in keep and value is None:
            return 9
        after = self.deletes_after(rule)
        if after is None:
            return 10
        if rule.get("then", {}).get("if") == "recoverable" and not self.recoverable(artifact):
            return 10
        touched = self.touched[id(artifact)]
        if touched is None or at - touched < after:
            return 11
        return 12

    def among_best(
        self, policy: Row, rule: Row, place: Place, artifact: Row
    ) -> tuple[float | None, float]:
        """Its metric, and how many whole saves of its series are better."""
        best = rule["keep"]["best"]
        value = self.needs.metric(artifact, best["metric"])
        if value is None or not self.verified(artifact):
            return value, float("inf")
        others = [
            self.needs.metric(other, best["metric"])
            for other in self.siblings(policy, rule, place, artifact)
            if self.verified(other)
        ]
        if best["mode"] == "min":
            return value, sum(other is not None and other < value for other in others)
        return value, sum(other is not None and other > value for other in others)

    def stays(self, artifact: Row) -> bool:
        """Can no rule ever let it go?"""
        if not self.verified(artifact):
            return False
        return not any(
            self.in_scope(policy, artifact)
            and self.about(rule, artifact) != "no"
            and self.deletes_after(rule) is not None
            for policy in self.world.policies
            for rule in policy["rules"]
        )

    def recoverable(self, artifact: Row) -> bool:
        oldest = min(self.max_age(policy) for policy in self.world.policies)
        fresh = {
            source["key"]
            for source in self.world.sources
            if source["trusted"] and not self.lacks(source, oldest)
        }
        there = {
            note["node"]
            for note in self.world.notes
            if note["key"] == "exists" and note["by"] in fresh
        }
        runs = self.needs.runs(artifact)
        for run in runs:
            for kind in ("commit", "image"):
                parts = {f"{kind}:{note['text']}" for note in self.needs.said(run, kind)}
                if not parts or not parts <= there:
                    return False
            inputs = self.needs.inputs(run)
            if not inputs or not all(any(map(self.is_there, words)) for words in inputs):
                return False
        return bool(runs)

    def is_there(self, text: str) -> bool:
        stored = self.needs.stored(text)
        return bool(stored) and all(map(self.stays, stored))

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
        return touches(pin["uri"], artifact["uri"])

    def of(self, name: str) -> list[Row]:
        kind, _, own = WORDS.get(name, name).partition(":")
        return [s for s in self.world.sources if s["kind"] == kind and own in ("", s["name"])]

    def max_age(self, policy: Row) -> timedelta:
        return span(policy.get("evidence", {}).get("max_age", "24h"))

    def lacks(self, source: Row, max_age: timedelta | None) -> bool:
        """Is it in doubt as a whole?"""
        as_of, now = source["as_of"], self.world.now
        if any(place is None for _, place in source["doubts"]) or as_of is None or as_of > now:
            return True
        return max_age is not None and now - as_of > max_age

    def named(self, policy: Row) -> list[str]:
        roots = [root for protect in policy.get("protect", []) for root in protect["roots"]]
        answers = [ANSWERS[root.partition("(")[0]] for root in roots]
        return [*policy.get("evidence", {}).get("require", []), *answers]

    def counting(self, policy: Row) -> list[tuple[Row, bool]]:
        """The sources that count for a policy, and whether each is in doubt as a whole."""
        relied = [source["key"] for name in self.named(policy) for source in self.of(name)]
        found = []
        for source in self.world.sources:
            age: timedelta | None = self.max_age(policy)
            if source["key"] not in relied:
                if source["kind"] in NAMED_ONLY:
                    continue
                if source["kind"] in AS_OLD_AS_THE_LISTING:
                    age = None
            found.append((source, self.lacks(source, age)))
        return found

    def blocked(self, policy: Row) -> str | None:
        kinds = {source["kind"] for source in self.world.sources}
        for protect in policy.get("protect", []):
            asked = {ANSWERS[root.partition("(")[0]] for root in protect["roots"]}
            if not asked <= kinds:
                return f"protect:{protect['id']}"
        if not all(self.of(name) for name in self.named(policy)):
            return "evidence"
        in_doubt = [source for source, lacks in self.counting(policy) if lacks]
        return "evidence" if any(not source["reach"] for source in in_doubt) else None

    def doubted(self, policy: Row, artifact: Row) -> bool:
        """Is something about this place in doubt?"""
        for source, lacks in self.counting(policy):
            places = [place for _, place in source["doubts"] if place is not None]
            if lacks and not (source["as_of"] is None and source["doubts"]):
                places += source["reach"]
            if any(touches(place, artifact["uri"]) for place in places):
                return True
        return False

    def needed(self, policy: Row, artifact: Row) -> str | None:
        """What protects it, if anything does."""
        protects = policy.get("protect", [])
        named = {root.partition("(")[0] for protect in protects for root in protect["roots"]}
        rest = [root for root in WITHOUT_BEING_NAMED if root not in named]
        for protect in [*protects, {"id": "needed", "roots": rest}]:
            roots, ancestors = protect["roots"], protect.get("closure") != "self"
            key = (frozenset(roots), ancestors)
            if key not in self.reached:
                claims = [
                    claim
                    for claim in self.world.claims
                    if any(chosen(root, claim, self.world.now) for root in roots)
                ]
                self.reached[key] = self.needs.reached(claims, ancestors)
            if artifact["uri"].removesuffix("/") in self.reached[key]:
                return f"protect:{protect['id']}"
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
        protected = [why for policy in policies if (why := self.needed(policy, artifact))]
        if protected:
            return "keep", protected[0]
        if self.needs.newer(artifact):
            return "keep", "trainer:newer"
        blocked = [why for why in map(self.blocked, policies) if why]
        if blocked:
            return "keep", blocked[0]
        if any(self.doubted(policy, artifact) for policy in policies):
            return "keep", "evidence"
        if place.pins_unknown is not None:
            return "keep", "evidence"
        if kind == "blob" and not self.needs.covered(artifact):
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
        if kind == "blob":
            in_flight = [span(p.get("grace", {}).get("in_flight", "48h")) for p in policies]
            if at - touched < max(in_flight):
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
