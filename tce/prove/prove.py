"""The proof of a rendered repository, or of what its devices say they run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic

from blueprints.check.repository import Repository
from tce.prove import perimeter, switch
from tce.prove.clause import Expected
from tce.prove.device import Subject, findings, subject
from tce.prove.intent import Intent, read_intent
from tce.prove.report import Finding, Proof, Property, Target
from tce.prove.smt import Solver
from tce.read import formats
from tce.space.errors import NotModelledError
from tce.space.filter import Filter
from tce.space.header import FAMILIES, Family

SPECIFICATION = "spec.yaml"
PERIMETER = "network/perimeter/tce.nft"
PROVED: tuple[Property, ...] = ("parse", "family", "lateral", "extra", "missing", "agree", "dead")


@dataclass(frozen=True)
class Options:
    """What is asked beyond the folder."""

    live: Mapping[str, Path] = field(default_factory=dict)
    """By device: what it says it runs, instead of its file."""
    seed: int = 0
    """Of the sample of rules that z3 looks at, too."""


def asked(
    folder: Path | None,
    live: Iterable[str],
    acl: Path | None,
    format_: str | None,
    intent: Path | None,
    seed: int,
) -> Callable[[datetime, Callable[[str], None]], Proof]:
    """What a command line asks for; raises :class:`UsageError` for what does not fit together."""
    if acl is not None:
        if folder is not None or intent is None or format_ is None or tuple(live):
            raise UsageError(
                "--acl needs --format and --intent, and no DIR",
                "tutela tce prove --acl FILE --format eos --intent tce.yaml",
            )
        return partial(prove_file, acl, format_, intent, seed)
    if folder is None or format_ is not None or intent is not None:
        raise UsageError(
            "a folder is needed, or --acl with --format and --intent", "tutela tce prove DIR"
        )
    said = {}
    for one in live:
        name, equals, file = one.partition("=")
        if not equals or not name or not file:
            raise UsageError(f"--live {one}: has to be NAME=FILE", "--live perimeter=ruleset.json")
        said[name] = Path(file)
    return partial(prove, folder, Options(said, seed))


@dataclass(frozen=True)
class Source:
    """The text of a device's filters, and what to call it."""

    name: str
    format: str
    file: str
    data: bytes

    @property
    def digest(self) -> str:
        """Of the very bytes that are proved."""
        return sha256(self.data).hexdigest()


def prove(
    folder: Path, options: Options, now: datetime, progress: Callable[[str], None]
) -> Proof:
    """Everything in a rendered repository."""
    began = monotonic()
    repository = Repository(folder)
    intent = read_intent(repository.text(SPECIFICATION), SPECIFICATION, now.date())
    sources = tuple(_sources(repository, intent, options))
    found = [_of_intent(intent, one.line, one.message, one.flow) for one in intent.problems]
    filters: dict[str, tuple[Filter, ...]] = {}
    for source in sources:
        progress(f"reading {source.file}")
        try:
            filters[source.name] = formats.read(
                source.format, source.data.decode(), source.file, intent.legs
            )
        except NotModelledError as error:
            found.append(_unread(source, str(error)))
    for family in FAMILIES:
        solver = Solver(family)
        for source in sources:
            if source.name in filters:
                progress(f"proving {source.name}, IPv{family}")
                found += _family(intent, filters[source.name], family, source, solver, options.seed)
    targets = tuple(
        Target(
            source.name,
            source.format,
            source.file,
            source.digest,
            FAMILIES,
            PROVED,
            sum(len(one.rules) for one in filters.get(source.name, ())),
        )
        for source in sources
    )
    return Proof(
        folder=str(folder),
        level="live" if sources and all(one.name in options.live for one in sources) else "artefact",
        targets=targets,
        findings=tuple(found),
        assumptions=(),
        figures={"seconds": round(monotonic() - began, 2)},
    )


def _sources(repository: Repository, intent: Intent, options: Options) -> Iterator[Source]:
    files = [("perimeter", "nftables", PERIMETER)]
    files += [
        (name, format_, f"network/switches/{name}.{format_}")
        for name, format_, _ in intent.switches
    ]
    for name, format_, file in files:
        if name in options.live:
            path = options.live[name]
            said = "nft-json" if format_ == "nftables" and path.suffix == ".json" else format_
            yield Source(name, said, str(path), path.read_bytes())
        else:
            yield Source(name, format_, file, repository.read(file))


def _family(
    intent: Intent,
    filters: tuple[Filter, ...],
    family: Family,
    source: Source,
    solver: Solver,
    seed: int,
) -> Iterator[Finding]:
    for one in filters:
        if one.family == family:
            yield from findings(subject(one, _expected(intent, one)), intent, solver, seed)


def _expected(intent: Intent, filter_: Filter) -> Expected:
    if filter_.point == "forward":
        return perimeter.forward(intent, filter_.family)
    if filter_.point == "input":
        return perimeter.entering(intent, filter_.family)
    return switch.switched(intent, filter_.family, filter_.point)


def _of_intent(intent: Intent, line: int, message: str, flow: str | None) -> Finding:
    return Finding("intent", "intent", intent.file, line, message, flow=flow)


def _unread(source: Source, message: str) -> Finding:
    _, line, rest = message.removeprefix(source.file).split(":", 2)
    return Finding(source.name, "parse", source.file, int(line), rest.strip())
