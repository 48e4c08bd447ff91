"""All that is shown of an environment, control by control: schema ``tutela/evidence/v1``."""

import hashlib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from blueprints.display import WIDTH, visible
from tce.evidence.attested import Attested
from tce.evidence.catalogue import FRAMEWORKS, IMPORTANCES, Control, Framework, frameworks
from tce.evidence.gather import Broken, Told
from tce.evidence.judge import Judged
from tce.evidence.record import LEVELS, Level
from tce.evidence.typed import command, steps

Spoken: TypeAlias = Literal["shown in part", "not shown", "not asked", "attested", "open"]
FOUND_PROBLEMS = 3

MEANING: Mapping[Level, str] = {
    "artefact": "shown of the files in the repository",
    "emulated": "shown of the same bytes in a machine here, not in the one that will run them",
    "live": "shown of what runs, or done by officers with the keys themselves",
}
DESIGNED = (
    "Asked for as designed: nothing here was read back from what runs, and no ceremony was asked "
    "for. That machines run these files is among what is assumed."
)
RUNNING = (
    "Asked for as running: records of what was read back and of ceremonies are asked for, too."
)
JUDGES = (
    "This says what was shown of which bytes, by which run, on which level. Whether a control is "
    "met is not said here: that is for an assessment by others."
)


@dataclass(frozen=True)
class Assumed:
    """One entry of the register of assumptions."""

    id: str
    assumed: str
    otherwise: str
    by: str
    how: str


@dataclass(frozen=True)
class Line:
    """One control of one framework, and what speaks to it."""

    control: Control
    spoken: Spoken
    items: tuple[Judged, ...]
    attested: tuple[Attested, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """On which something that is shown speaks to it."""
        return tuple(one for one in LEVELS if any(one in item.levels for item in self.items))


@dataclass(frozen=True)
class Pack:
    """All of it."""

    folder: str
    environment: str
    institution: str
    now: datetime
    tool: str
    running: bool
    judged: tuple[Judged, ...]
    told: tuple[Told, ...]
    """Every record that was read, whether it counts or not."""
    attested: tuple[Attested, ...]
    broken: tuple[Broken, ...]
    """What lies among records and attestations, and counts for nothing."""
    assumed: tuple[Assumed, ...]
    unsigned: bool
    """Records that nobody signed were let count."""
    checked: str = ""
    """Which program validated the OSCAL documents; empty: none."""
    written: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is wrong, a line each."""
        items = [f"{one.item.id}: {why}" for one in self.judged for why in one.problems]
        return (*items, *(f"{one.file}: {one.why}" for one in self.broken))

    @property
    def exit_code(self) -> int:
        """3 where a proof that is cited is missing, out of date, red or not vouched for."""
        return FOUND_PROBLEMS if self.problems else 0

    @property
    def next(self) -> tuple[str, ...]:
        """What to type where something is wrong."""
        found = tuple(one for one in steps(self.judged, self.folder) if one)
        again = f"tutela tce evidence {self.folder} --out FOLDER"
        return found or ((again,) if self.problems else ())

    @property
    def grouped(self) -> Mapping[str, tuple[Judged, ...]]:
        """What is wrong, each once, and the items that it is wrong for: none for a file."""
        found: dict[str, tuple[Judged, ...]] = {}
        for one in self.judged:
            for why in one.problems:
                found[why] = (*found.get(why, ()), one)
        return {**found, **{f"{one.file}: {one.why}": () for one in self.broken}}

    @property
    def shown(self) -> tuple[Judged, ...]:
        """Items of which something is shown and nothing is wrong."""
        return tuple(one for one in self.judged if one.levels and not one.problems)

    @property
    def level(self) -> str:
        """The heading that every page of it carries."""
        return "as running" if self.running else "as designed"

    def envelopes(self) -> Iterator[tuple[str, bytes]]:
        """What it cites, as it was signed: the record of each proof, and what persons say."""
        named = {one.file: one.raw for one in self.attested}
        for item in self.judged:
            named |= {one.told.file: one.told.raw for one in item.proofs if one.told}
        yield from sorted(named.items())

    def attestations(self) -> Iterator[tuple[str, str]]:
        """Names of what it cites, each with its SHA-256."""
        for file, raw in self.envelopes():
            yield file, hashlib.sha256(raw).hexdigest()

    def lines(self, framework: Framework) -> Iterator[Line]:
        """Its controls: all of them where all are known, else those that items cite."""
        for control in framework.controls.values():
            items = tuple(
                one for one in self.judged if control.id in one.item.controls.get(framework.id, ())
            )
            said = tuple(one for one in self.attested if control.key in one.controls)
            if items or said or framework.whole:
                yield Line(control, _spoken(items, said), items, said)

    def counted(self, framework: Framework) -> dict[str, dict[str, int]]:
        """By importance, how many controls are spoken to how."""
        found: dict[str, dict[str, int]] = {}
        for line in self.lines(framework):
            row = found.setdefault(line.control.importance or "all", {})
            row[line.spoken] = row.get(line.spoken, 0) + 1
        order = (*IMPORTANCES, "all")
        return {name: found[name] for name in order if name in found}

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/evidence/v1``."""
        return {
            "schema": "tutela/evidence/v1",
            "environment": self.environment,
            "institution": self.institution,
            "folder": self.folder,
            "made": self.now.isoformat(timespec="seconds"),
            "tool": self.tool,
            "asked": self.level,
            "says": [JUDGES, RUNNING if self.running else DESIGNED],
            "levels": dict(MEANING),
            "unsigned_records_count": self.unsigned,
            "holds": not self.problems,
            "problems": list(self.problems),
            "next": list(self.next),
            "items": [_item(one, self.folder) for one in self.judged],
            "records": [_record(one) for one in self.told],
            "attestations": [_attested(one) for one in self.attested],
            "broken": [vars(one) for one in self.broken],
            "assumptions": [vars(one) for one in self.assumed],
            "frameworks": [_framework(self, frameworks()[name]) for name in FRAMEWORKS],
            "oscal": {"validated_by": self.checked or None},
            "written": self.written or None,
        }

    def __str__(self) -> str:
        satre = self.counted(frameworks()["satre"])
        rows = [f"{self.environment}: evidence {self.level}", ""]
        for one in self.judged:
            marks = [f"{name} {one.level(name)}" for name in LEVELS if one.level(name)]
            nothing = "attested by name only" if one.open or one.attested else "not asked"
            rows.append(f"{one.item.id}  {'; '.join(marks) or nothing}")
            rows.append(f"  {one.item.shows}")
            rows += [f"  PROBLEM: {why}" for why in one.problems]
            rows += [f"  {note}" for shown in one.proofs for note in shown.notes]
            rows += [f"  attested by {said.person} until {said.until}" for said in one.attested]
            if one.open:
                rows.append(f"  to be attested by name: {one.open}")
        rows += [f"PROBLEM: {one.file}: {one.why}" for one in self.broken]
        rows += ["", f"assumptions: {len(self.assumed)}, none of them shown"]
        for importance, counts in satre.items():
            said = ", ".join(f"{number} {spoken}" for spoken, number in sorted(counts.items()))
            rows.append(f"SATRE {frameworks()['satre'].version} {importance}: {said}")
        rows += [
            f"OSCAL: validated by {self.checked}"
            if self.checked
            else "OSCAL: not validated: pip install 'tutela[oscal]'",
        ]
        if self.unsigned:
            rows.append("records that nobody signed were let count (--unsafe-unsigned)")
        if self.written:
            rows.append(f"written: {self.written}")
        number = len(self.problems)
        rows += [
            "",
            f"{number} problem{'' if number == 1 else 's'}"
            if number
            else f"every proof that was asked for is there ({self.level})",
        ]
        lines = [line for row in rows for line in _wrapped(visible(row))]
        if number:
            lines += ["next:", *(visible(f"  {one}") for one in self.next)]
        return "\n".join(lines)


def _wrapped(row: str) -> list[str]:
    """Within the width of a terminal, what follows set in by four more."""
    before = row[: len(row) - len(row.lstrip())]
    return textwrap.wrap(row, WIDTH, subsequent_indent=f"{before}    ", break_on_hyphens=False) or [
        ""
    ]


def _spoken(items: tuple[Judged, ...], said: tuple[Attested, ...]) -> Spoken:
    if any(one.problems for one in items):
        return "not shown"
    if any(one.levels for one in items):
        return "shown in part"
    if said or any(one.attested for one in items):
        return "attested"
    if items and not any(one.open for one in items):
        return "not asked"
    return "open"


def _item(one: Judged, folder: str) -> dict[str, object]:
    return {
        "id": one.item.id,
        "shows": one.item.shows,
        "levels": {name: one.level(name) or None for name in LEVELS},
        "files": dict(one.files),
        "proofs": [
            {
                "test": shown.proof.test,
                "level": shown.proof.level,
                "asked": list(shown.proof.names),
                "state": shown.state,
                "why": shown.why or None,
                "command": command(shown.proof, folder) or None,
                "tests": list(shown.names),
                "notes": list(shown.notes),
                "record": shown.told.file if shown.told else None,
            }
            for shown in one.proofs
        ],
        "problems": list(one.problems),
        "attest": one.item.attest,
        "attested_by": [said.person for said in one.attested],
        "limits": list(one.item.limits),
        "controls": {name: list(ids) for name, ids in one.item.controls.items()},
    }


def _record(one: Told) -> dict[str, object]:
    return {
        "file": one.file,
        "sha256": hashlib.sha256(one.raw).hexdigest(),
        "test": one.record.test,
        "level": one.record.level,
        "result": one.record.verdict,
        "environment": one.record.environment,
        "ended": one.record.ended,
        "tool": one.record.tool,
        "trust": one.trust,
        "signed_by": list(one.by),
        "files": len(one.record.files),
        "limits": list(one.record.limits),
    }


def _attested(one: Attested) -> dict[str, object]:
    return {
        "file": one.file,
        "sha256": hashlib.sha256(one.raw).hexdigest(),
        "person": one.person,
        "says": one.says,
        "items": list(one.items),
        "controls": list(one.controls),
        "on": one.on.isoformat(),
        "until": one.until.isoformat(),
    }


def _framework(pack: Pack, one: Framework) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "version": one.version,
        "source": one.source,
        "whole": one.whole,
        "counts": pack.counted(one),
        "controls": [
            {
                "id": line.control.id,
                "words": line.control.words or line.control.about,
                "importance": line.control.importance,
                "spoken": line.spoken,
                "levels": list(line.levels),
                "items": [each.item.id for each in line.items],
                "attested_by": [said.person for said in line.attested],
            }
            for line in pack.lines(one)
        ],
    }
