"""What a report says of each source of evidence, and what may not go for its sake."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from blueprints.display import span
from governance.decide.evidence import OPTIONAL, UNDATED
from governance.evidence.kinds import STORE
from governance.evidence.known import Known
from governance.evidence.roots import ROOTS, SOURCE_WORDS
from governance.evidence.schema import Problem, Reading
from governance.evidence.words import age, answered, as_json, mend, problems, title
from governance.policy.parse import Source as Policy
from governance.retention.sources import inside, overlap, touches
from governance.workspace.config import ProjectConfig

HERE = "a place outside this project"
_URI = re.compile(r"(?:s3|s3a|s3n|file)://[^\s\"'<>()]+")


@dataclass(frozen=True)
class Certificate:
    """One source, as far as a report may be believed for its sake. Foreign text in it is raw."""

    known: Known
    now: datetime
    required: tuple[str, ...]
    """Policies that name it in `evidence.require` or by a root that they protect."""
    blocks: str | None
    """Why nothing that it could be about may go, in words; None where it stands in no way."""
    places: tuple[str, ...] = ()
    """Where it blocks, as URIs; empty: everywhere."""
    remedy: str | None = None
    """What to type, or which line to write, so that it no longer blocks."""

    @property
    def title(self) -> str:
        """Kind and name."""
        return title(self.known).rstrip()

    @property
    def reading(self) -> Reading:
        """The newest attempt."""
        return self.known.reading

    @property
    def age(self) -> str:
        """How old its claims are; `-` where it has none."""
        return age(self.reading, self.now)

    @property
    def answered(self) -> str:
        """`completely`, `not completely` or `never`."""
        return answered(self.reading)

    @property
    def problems(self) -> list[str]:
        """The first of its problems, in words."""
        return problems(self.reading)

    @property
    def word(self) -> str:
        """What its word is good for."""
        return "is trusted" if self.reading.trusted else "only adds reasons to keep"

    @property
    def where(self) -> str:
        """What is kept for its sake, in words."""
        if not self.places:
            return "everything"
        shown = ", ".join(self.places[:2])
        return shown if len(self.places) <= 2 else f"{shown} and {len(self.places) - 2} more places"

    def as_json(self) -> dict[str, object]:
        """The entry of `evidence` in a report."""
        return {
            **as_json(self.known, self.now),
            "mend": self.remedy,
            "required_by": list(self.required),
            "blocks": self.blocks,
            "blocks_within": list(self.places) if self.blocks else [],
        }


def certificates(
    known: Sequence[Known], policies: Sequence[Policy], now: datetime
) -> tuple[Certificate, ...]:
    """Judge every source, and every one that a policy requires and that is not there."""
    found = [_certify(one, policies, now) for one in known]
    return (*found, *_missing(known, policies, now))


def cautions(found: Sequence[Certificate]) -> tuple[str, ...]:
    """In words, which sources keep more than they need; foreign text in them is not escaped."""
    return tuple(
        f"{one.title} {one.blocks}, so {one.where} is kept (see Evidence)"
        for one in found
        if one.blocks is not None
    )


def is_about(known: Known, uri: str, snapshot: str) -> bool:
    """Tell whether a source can say something of what lies at `uri` and is in `snapshot`."""
    if known.reading.kind == STORE:
        return known.reading.name == snapshot
    return not known.reach or any(overlap(place, uri) for place in known.reach)


def of_project(known: Known, project: ProjectConfig) -> Known | None:
    """Return a source as a project's own report may show it; None where it is about others only.

    No place that is not the project's is named, nor anything that is odd in one.
    """
    if known.reach and not any(touches(uri, project) for uri in known.reach):
        return None
    said = known.reading
    own = [_of_project(said.kind, problem, project) for problem in said.problems]
    reading = said.model_copy(update={"problems": tuple(dict.fromkeys(own)), "remarks": ()})
    reach = tuple(uri for uri in known.reach if touches(uri, project))
    return replace(known, reading=reading, reach=reach)


def hushed(known: Known, project: ProjectConfig) -> Known:
    """Return a source that decides as before, in whose words no place of another is named."""
    said = known.reading
    own = tuple(
        problem.model_copy(update={"words": _of_project(said.kind, problem, project).words})
        for problem in said.problems
    )
    return replace(known, reading=said.model_copy(update={"problems": own}))


def narrowed(one: Certificate, project: ProjectConfig) -> Certificate | None:
    """Return a certificate as a project's own report may show it; None as for `of_project`."""
    known = of_project(one.known, project)
    if known is None:
        return None
    places = tuple(uri for uri in one.places if touches(uri, project))
    elsewhere = bool(one.places) and not places
    return replace(one, known=known, places=places, blocks=None if elsewhere else one.blocks)


def _of_project(kind: str, problem: Problem, project: ProjectConfig) -> Problem:
    within = problem.within
    if within is not None and not touches(within, project):
        return Problem(words="something outside this project could not be read", within=HERE)
    if kind == STORE and (within is None or not inside(within, project)):
        # Its words name keys, which are not to be told from other words.
        return Problem(words="something in this store could not be read", within=within)

    def shown(found: re.Match[str]) -> str:
        return found[0] if touches(found[0], project) else HERE

    return Problem(words=_URI.sub(shown, problem.words), within=problem.within)


def _certify(known: Known, policies: Sequence[Policy], now: datetime) -> Certificate:
    required = tuple(policy.name for policy in policies if _names(policy, known.reading))
    blocks, places = _blocks(known, policies, now)
    return Certificate(known, now, required, blocks, places, _remedy(known, blocks))


def _names(policy: Policy, reading: Reading) -> bool:
    for name in _required(policy):
        kind, _, own = SOURCE_WORDS.get(name, name).partition(":")
        if kind == reading.kind and own in ("", reading.name):
            return True
    return False


def _required(policy: Policy) -> list[str]:
    """What a policy relies on by name: `evidence.require`, and the roots that it protects."""
    roots = [root.partition("(")[0] for protect in policy.policy.protect for root in protect.roots]
    kinds = [kind for root in roots for kind in ROOTS.get(root, ())]
    return list(dict.fromkeys([*policy.policy.evidence.require, *kinds]))


def _blocks(
    known: Known, policies: Sequence[Policy], now: datetime
) -> tuple[str | None, tuple[str, ...]]:
    """Say why nothing may go for the sake of a source, and where."""
    said = known.reading
    relying = [policy for policy in policies if said.kind not in OPTIONAL or _names(policy, said)]
    if not relying:
        return None, ()
    if not said.complete:
        places = _widest(p.within for p in said.problems if p.within is not None)
        everywhere = any(problem.within is None for problem in said.problems)
        why = "has never answered" if said.as_of is None else "did not answer completely"
        return why, () if everywhere else places
    if said.as_of is not None and said.as_of > now:
        return "is dated in the future", known.reach
    dated = [p for p in relying if said.kind not in UNDATED or _names(p, said)]
    limit = min((policy.policy.evidence.max_age for policy in dated), default=None)
    if said.as_of is not None and limit is not None and now - said.as_of > limit.delta:
        why = f"is {span(now - said.as_of)} old, and the policy relies on {limit.words} at most"
        return why, known.reach
    return None, ()


def _widest(places: Iterable[str]) -> tuple[str, ...]:
    """Leave out what lies in another of these places."""
    folders = {uri.rstrip("/") + "/": uri for uri in places}
    return tuple(
        uri
        for folder, uri in folders.items()
        if not any(folder != other and folder.startswith(other) for other in folders)
    )


def _remedy(known: Known, blocks: str | None) -> str | None:
    if blocks is None or not known.reading.complete:
        return mend(known)
    if known.reading.kind == STORE:
        return f"tutela catalog scan {known.reading.place}"
    return mend(known) or f"tutela evidence read {known.reading.name}"


def _missing(
    known: Sequence[Known], policies: Sequence[Policy], now: datetime
) -> Iterator[Certificate]:
    asked: dict[str, list[str]] = {}
    for policy in policies:
        for name in _required(policy):
            kind, _, own = SOURCE_WORDS.get(name, name).partition(":")
            here = [one.reading for one in known if one.reading.kind == kind]
            if not any(own in ("", reading.name) for reading in here):
                asked.setdefault(SOURCE_WORDS.get(name, name), []).append(policy.name)
    for name, required in asked.items():
        kind, _, own = name.partition(":")
        reading = Reading(
            kind=kind,
            name=own,
            place="",
            writers="",
            trusted=True,
            asked=now,
            as_of=None,
            complete=False,
        )
        remedy = f"register it in tutela.yaml: evidence: {{{kind}: [..]}}"
        why = "is not registered in tutela.yaml"
        absent = Known(reading, None, None, registered=False)
        yield Certificate(absent, now, tuple(dict.fromkeys(required)), why, (), remedy)
