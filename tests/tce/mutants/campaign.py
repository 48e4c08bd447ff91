"""What is said of a mutant: by the proof, and by the second parsers and their algebra.

A mutant that the algebra finds to do something else has to be found by the proof; one that does the
same may be called dead or odd, but nothing may be said to pass or to be blocked. That the two do
not agree is a failure, whoever is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tce.prove import kubernetes, link
from tce.prove.families import prove_families
from tce.prove.intent import read_intent
from tce.prove.prove import prove_repository
from tce.prove.reading import Readable, read_one
from tce.prove.report import Finding
from tce.prove.sources import Options, devices
from tests.tce.mutants import parse_link
from tests.tce.mutants.claims import AMONG, HALF, Change
from tests.tce.mutants.cluster import Cluster, changes, cluster, keep
from tests.tce.mutants.meaning import Difference, Meaning, NotUnderstoodError, differences
from tests.tce.mutants.subjects import PERIMETER, SPECIFICATION, Case, Subject

TODAY = dt.date(2026, 11, 22)
PACKETS = frozenset({"lateral", "extra", "missing", "agree"})
"""What is found that is about packets: it cannot be true of a file that does the same."""


@dataclass(frozen=True)
class Files:
    """A repository in memory, one file of which is another."""

    subject: Subject
    file: str = ""
    text: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self.subject.files)

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.subject.files

    def read(self, path: str) -> bytes:
        """All of it."""
        return self.text.encode() if path == self.file else self.subject.files[path]


@dataclass(frozen=True)
class Outcome:
    """Of one case."""

    case: Case
    differs: bool
    """By the second parser; also where it does not understand the mutant."""
    found: tuple[Finding, ...]
    difference: Difference | Change | None = None
    outside: tuple[str, ...] = ()
    """Of a policy that does something else of which the proof does not speak: why it does not."""

    @property
    def told(self) -> bool:
        """Whether the proof says that something is wrong, other than that a rule is idle."""
        return any(one.property != "dead" for one in self.found)

    @property
    def missed(self) -> bool:
        """It does something else and the proof holds."""
        return self.differs and not self.told

    @property
    def contradicted(self) -> bool:
        """It does the same, and the proof has a packet that does not."""
        same = not self.differs and not self.outside
        return same and any(one.property in PACKETS for one in self.found)

    def __str__(self) -> str:
        mutant = self.case.mutant
        return (
            f"{self.case.number}: {self.case.subject.name}, {mutant.file}, {mutant.operator}: "
            f"{mutant.what}"
        )


def outcomes(cases: Iterable[Case]) -> Iterator[Outcome]:
    """One by one; about a second each."""
    for case in cases:
        if case.mutant.file in case.subject.policies:
            yield _of_policy(case)
            continue
        differs, difference = differing(case)
        yield Outcome(case, differs, findings(case), difference)


def _of_policy(case: Case) -> Outcome:
    found = findings(case)
    before = _cluster(case.subject)
    try:
        every = tuple(changes(before, before.with_(case.mutant.file, case.mutant.text)))
    except NotUnderstoodError:
        return Outcome(case, True, found)
    spoken = next((one for one in every if not one.outside), None)
    reasons = {one.outside for one in every} if spoken is None else set()
    if AMONG in reasons:
        reasons.discard(HALF)
    return Outcome(case, spoken is not None, found, spoken, tuple(sorted(reasons)))


_CLUSTERS: dict[str, Cluster] = {}


def _cluster(subject: Subject) -> Cluster:
    known = _CLUSTERS.get(subject.name)
    if known is None:
        known = _CLUSTERS[subject.name] = keep(cluster(subject.files, subject.said))
    return known


def findings(case: Case) -> tuple[Finding, ...]:
    """What the proof finds of the part of a repository that may have changed.

    Of a filter: the device itself and one that it has to agree with; of what lies below addresses:
    that. All else is as it was, and of that nothing is found (see :func:`proved`).
    """
    subject, file = case.subject, case.mutant.file
    files = Files(subject, file, case.mutant.text)
    intent = read_intent(files.read(SPECIFICATION).decode(), SPECIFICATION, TODAY)
    if file in subject.links or file in subject.policies:
        part = link.prove if file in subject.links else kubernetes.prove
        return part({path: files.read(path) for path in files.files}, subject.said, intent).findings
    partner = subject.devices[1] if file == PERIMETER else PERIMETER
    asked = [one for one in devices(files, intent, Options()) if one.file in (file, partner)]
    read = [read_one(one, intent.legs) for one in asked]
    understood = tuple(one for one in read if isinstance(one, Readable))
    found = [one for one in read if isinstance(one, Finding)]
    for result in prove_families(intent, understood, 0, lambda _: None):
        found += result.findings
    return tuple(found)


def proved(files: Files) -> tuple[Finding, ...]:
    """As `tutela tce prove` finds them."""
    return prove_repository(files, files.subject.name, Options(), TODAY, lambda _: None).findings


def differing(case: Case) -> tuple[bool, Difference | None]:
    """Whether it does something else, and an example of it where that is understood."""
    mutant = case.mutant
    if mutant.file in case.subject.links:
        return _plainly(case), None
    try:
        after = case.subject.meaning(mutant.file, mutant.text)
    except NotUnderstoodError:
        return True, None
    found = next(differences(before(case.subject, mutant.file), after), None)
    return found is not None, found


def _plainly(case: Case) -> bool:
    """Of what is not about packets."""
    subject, file = case.subject, case.mutant.file
    text = subject.files[file].decode()
    try:
        if file.endswith(".conf"):
            before, after = parse_link.tunnel(text), parse_link.tunnel(case.mutant.text)
            far = not file.endswith("/gateway.conf")
            return parse_link.differs(before, after, subject.said, subject.behind(file), far)
        return parse_link.parse(text) != parse_link.parse(case.mutant.text)
    except NotUnderstoodError:
        return True


_MEANINGS: dict[tuple[str, str], Meaning] = {}


def before(subject: Subject, file: str) -> Meaning:
    """What a file did as it was rendered."""
    known = _MEANINGS.get((subject.name, file))
    if known is None:
        known = subject.meaning(file, subject.files[file].decode())
        _MEANINGS[subject.name, file] = known
    return known
