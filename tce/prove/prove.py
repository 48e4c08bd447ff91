"""The proof of a rendered repository, of what its devices say they run, or of one foreign file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import monotonic

from blueprints.check.repository import Repository
from tce.prove.besides import besides
from tce.prove.families import prove_families
from tce.prove.intent import Intent, read_intent
from tce.prove.limits import assumptions, limits
from tce.prove.pause import without_collector
from tce.prove.reading import Readable, read_all
from tce.prove.report import Finding, Proof, Property, Target
from tce.prove.sources import (
    KUBERNETES,
    SPECIFICATION,
    Files,
    Options,
    Source,
    UsageError,
    contents,
    devices,
    documents,
    of_content,
    readbacks,
)
from tce.space.header import FAMILIES

PROVED: tuple[Property, ...] = ("family", "bound", "lateral", "extra", "missing", "agree", "dead")
Progress = Callable[[str], None]


def asked(
    folder: Path | None,
    live: Iterable[str],
    acl: Path | None,
    format_: str | None,
    intent: Path | None,
    seed: int,
) -> Callable[[datetime, Progress], Proof]:
    """What a command line asks for; raises :class:`UsageError` for what does not fit together."""
    said = readbacks(live)
    if acl is not None:
        if folder is not None or intent is None or format_ is None or said:
            raise UsageError(
                "--acl needs --format and --intent, and nothing else",
                "tutela tce prove --acl FILE --format eos --intent tce.yaml",
            )
        return partial(prove_file, acl, format_, intent, seed)
    if folder is None or format_ is not None or intent is not None:
        raise UsageError(
            "a folder is needed, or --acl with --format and --intent", "tutela tce prove DIR"
        )
    return partial(prove, folder, Options(said, seed))


def prove(folder: Path, options: Options, now: datetime, progress: Progress) -> Proof:
    """Everything in a rendered repository.

    Raises ExpectedError where there is no folder or no intent in it that can be understood.
    """
    return prove_repository(Repository(folder), str(folder), options, now.date(), progress)


def prove_repository(
    files: Files, name: str, options: Options, today: date, progress: Progress
) -> Proof:
    """As :func:`prove`, of files wherever they are."""
    with without_collector():
        return _of_repository(files, name, options, today, progress)


def _of_repository(
    files: Files, name: str, options: Options, today: date, progress: Progress
) -> Proof:
    began = monotonic()
    intent = read_intent(_text(files, SPECIFICATION), SPECIFICATION, today)
    sources = tuple(devices(files, intent, options))
    proof = _proof(name, intent, sources, options.seed, progress, began)
    progress("reading policies of the cluster, VLANs and tunnels")
    path = options.live.get(KUBERNETES)
    more = besides(documents(files), intent, (str(path), contents(path)) if path else None)
    return replace(
        proof,
        targets=proof.targets + more.targets,
        findings=proof.findings + more.findings,
        assumptions=proof.assumptions + more.assumptions,
        figures={**proof.figures, **more.figures, "seconds": round(monotonic() - began, 2)},
    )


def prove_file(
    acl: Path, format_: str, specification: Path, seed: int, now: datetime, progress: Progress
) -> Proof:
    """One file that somebody else wrote, against an intent.

    It is taken for the device that the format belongs to: the perimeter, or any of the switches;
    which interface it is bound to is not asked, the specification may not know the device.
    """
    began = monotonic()
    data = contents(acl)
    text = contents(specification).decode(errors="replace")
    intent = read_intent(text, str(specification), now.date())
    source = Source(acl.stem, of_content(format_, data), str(acl), data)
    with without_collector():
        return _proof(str(acl), intent, (source,), seed, progress, began)


def _text(files: Files, path: str) -> str:
    if not files.exists(path):
        raise UsageError(f"no {path} here: not a rendered environment", "tutela tce render SPEC")
    return files.read(path).decode(errors="replace")


def _proof(
    name: str,
    intent: Intent,
    sources: tuple[Source, ...],
    seed: int,
    progress: Progress,
    began: float,
) -> Proof:
    found = [
        Finding("intent", "intent", intent.file, one.line, one.message, flow=one.flow)
        for one in intent.problems
    ]
    told = read_all(sources, intent.legs, progress)
    found += [one for one in told if isinstance(one, Finding)]
    read = [one for one in told if isinstance(one, Readable)]
    parsed = monotonic()
    results = prove_families(intent, tuple(read), seed, progress)
    found += [one for result in results for one in result.findings]
    residue = {
        source.name: tuple(one for result in results for one in result.residue.get(source.name, ()))
        for source in sources
    }
    rules = {one.source.name: sum(len(each.rules) for each in one.filters) for one in read}
    return Proof(
        folder=name,
        level="live" if sources and all(one.live for one in sources) else "artefact",
        targets=tuple(_target(one, rules, found, residue) for one in sources),
        findings=tuple(found),
        assumptions=assumptions(intent, sources),
        limits=limits(sources),
        figures={
            "seconds": round(monotonic() - began, 2),
            "reading": round(parsed - began, 2),
            "questions": sum(result.questions for result in results),
        },
    )


def _target(
    source: Source,
    rules: Mapping[str, int],
    found: list[Finding],
    residue: Mapping[str, tuple[str, ...]],
) -> Target:
    against = {one.property for one in found if one.target == source.name}
    # Whatever joins another tenant is not declared; where two do not agree, neither does.
    against |= {"extra"} if "lateral" in against else set()
    against |= {"agree"} if any(one.property == "agree" for one in found) else set()
    shown = ("parse", *PROVED) if source.name in rules else ()
    return Target(
        name=source.name,
        format=source.format,
        file=source.file,
        sha256=source.digest,
        families=FAMILIES if source.name in rules else (),
        proved=tuple(_without(shown, against)),
        rules=rules.get(source.name, 0),
        residue=residue.get(source.name, ()),
    )


def _without(shown: Iterable[Property], against: set[Property]) -> Iterator[Property]:
    yield from (one for one in shown if one not in against)
