"""`tutela tce evidence`: records and attestations beside the crosswalk, and the pack of it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from blueprints.check.repository import Repository
from blueprints.errors import ExpectedError
from tce.evidence import attested as persons
from tce.evidence import oscal
from tce.evidence.attested import Attested
from tce.evidence.ceremonies import ceremonies
from tce.evidence.crosswalk import of_file, shipped
from tce.evidence.errors import EvidenceError
from tce.evidence.gather import FOLDER, Broken, Told, apart, gather
from tce.evidence.judge import Asked, judge
from tce.evidence.keep import SUFFIX
from tce.evidence.keys import known
from tce.evidence.pack import Assumed, Pack
from tce.evidence.write import write

SPECIFICATION = "spec.yaml"
REGISTER = "evidence/assumptions.yaml"


@dataclass(frozen=True)
class Options:
    """What is asked for besides the folder."""

    records: tuple[Path, ...] = ()
    """Folders of records, besides the repository's own."""
    attest: tuple[Path, ...] = ()
    """Attestations, besides the repository's own."""
    trust: tuple[Path, ...] = ()
    """Public keys that count, besides those that the repository names."""
    crosswalk: Path | None = None
    running: bool = False
    unsigned: bool = False
    out: Path | None = None


def evidence(folder: Path, options: Options, now: datetime, tool: str) -> Pack:
    """Say what is shown of a rendered environment; write it where it is asked for.

    Raises:
        ExpectedError: `folder` is no rendered environment, or names its officers wrongly.
        DeadControlError: the crosswalk cites a control that there is not.
        EvidenceError: records cannot be read, or the pack cannot be written.
    """
    repo = Repository(folder)
    if not repo.exists(SPECIFICATION):
        raise ExpectedError(
            f"{folder} is no rendered environment: no {SPECIFICATION}",
            f"tutela tce render tce.yaml --out {folder}",
        )
    items = shipped() if options.crosswalk is None else of_file(options.crosswalk)
    keys = known(repo, options.trust)
    said = _yaml(repo, SPECIFICATION)
    name = str(said.get("name", ""))
    digests = {path: hashlib.sha256(repo.read(path)).hexdigest() for path in repo.files}
    found = (
        *gather((folder / FOLDER, *options.records), keys),
        *ceremonies(folder, keys),
    )
    seen: dict[str, bytes] = {}
    told = tuple(
        replace(one, file=apart(one.file, one.raw, seen)) for one in found if isinstance(one, Told)
    )
    files = [*_attestations(folder), *options.attest]
    heard = persons.read(files, keys, name, digests, now.date())
    asked = Asked(name, now, digests, options.running, options.unsigned)
    attested = tuple(
        replace(one, file=apart(one.file, one.raw, seen))
        for one in heard
        if isinstance(one, Attested)
    )
    institution = said.get("institution")
    pack = Pack(
        folder=str(folder),
        environment=name,
        institution=str(institution.get("name", "")) if isinstance(institution, dict) else "",
        now=now,
        tool=tool,
        running=options.running,
        judged=judge(items, told, attested, asked),
        told=told,
        attested=attested,
        broken=(
            *(one for one in found if isinstance(one, Broken)),
            *_foreign(told, name),
            *(one for one in heard if isinstance(one, Broken)),
            *_unknown(attested, {one.id for one in items}),
        ),
        assumed=tuple(_assumed(repo)),
        unsigned=options.unsigned,
    )
    pack = replace(pack, checked=oscal.validated(oscal.documents(pack)))
    if options.out is None:
        return pack
    return write(replace(pack, written=str(options.out)), options.out)


def _foreign(told: Sequence[Told], name: str) -> Iterator[Broken]:
    for one in told:
        if one.record.environment != name:
            yield Broken(one.file, f"is of another environment: {one.record.environment}")
        elif one.trust == "tampered":
            # Said even where an item has a later record: somebody changed it.
            yield Broken(one.file, "was changed after it was signed")


def _unknown(attested: Sequence[Attested], items: set[str]) -> Iterator[Broken]:
    from tce.evidence.catalogue import frameworks

    known_controls = {
        control.key for one in frameworks().values() for control in one.controls.values()
    }
    for one in attested:
        for item in one.items:
            if item not in items:
                yield Broken(one.file, f"is about {item}, which there is not")
        for control in one.controls:
            if control not in known_controls:
                yield Broken(one.file, f"is about {control}, which there is not")


def _attestations(folder: Path) -> list[Path]:
    return sorted((folder / persons.FOLDER).glob(f"*{SUFFIX}"))


def _assumed(repo: Repository) -> Iterator[Assumed]:
    """The register.

    Raises:
        EvidenceError: there is none, or it is not read.
    """
    if not repo.exists(REGISTER):
        raise EvidenceError(
            f"no {REGISTER}: a pack without its assumptions says more than was shown",
            "tutela blueprint update DIR",
        )
    entries = _yaml(repo, REGISTER).get("assumptions")
    if not isinstance(entries, list) or not entries:
        raise EvidenceError(f"{REGISTER}: holds no assumptions")
    for one in entries:
        if not isinstance(one, dict):
            raise EvidenceError(f"{REGISTER}: holds what is no assumption")
        texts = (str(one.get(key, "")) for key in ("id", "assumed", "otherwise", "by", "how"))
        yield Assumed(*texts)


def _yaml(repo: Repository, path: str) -> dict[str, Any]:
    documents = repo.yaml(path)
    if len(documents) != 1 or not isinstance(documents[0].data, dict):
        raise EvidenceError(f"{path} is no YAML that is read here")
    return documents[0].data
