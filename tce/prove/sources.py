"""Which files are proved, and what to call them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from blueprints.errors import ExpectedError
from tce.prove.intent import Intent

SPECIFICATION = "spec.yaml"
PERIMETER = "perimeter"
RULESET = "network/perimeter/tce.nft"
KUBERNETES = "kubernetes"
DOCUMENTS = (".yaml", ".yml", ".json", ".conf")
"""How files end that are read besides filters, wherever they lie."""


class UsageError(ExpectedError):
    """What is asked for does not fit together."""

    kind = "usage"
    exit_code = 2


class Files(Protocol):
    """A repository's files; :class:`blueprints.check.repository.Repository` is one."""

    @property
    def files(self) -> tuple[str, ...]:
        """All of them."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        ...

    def read(self, path: str) -> bytes:
        """All of it."""
        ...


@dataclass(frozen=True)
class Options:
    """What is asked beyond the folder."""

    live: Mapping[str, Path] = field(default_factory=dict)
    """By device: what it says it runs, instead of its file."""
    seed: int = 0
    """Of the sample of rules that z3 looks at, too."""


@dataclass(frozen=True)
class Source:
    """The bytes of a device's filters."""

    name: str
    format: str
    file: str
    data: bytes | None
    """None: there is no such file."""
    interface: str | None = None
    """Which its filters have to be bound to."""
    live: bool = False

    @property
    def digest(self) -> str:
        """Of the very bytes that are proved."""
        return sha256(self.data or b"").hexdigest()


def documents(files: Files) -> dict[str, bytes]:
    """What is read besides filters: documents of clusters, tunnels, the specification."""
    return {path: files.read(path) for path in files.files if path.endswith(DOCUMENTS)}


def devices(files: Files, intent: Intent, options: Options) -> Iterator[Source]:
    """The perimeter and every switch. Raises :class:`UsageError` for a device that there is not."""
    known: list[tuple[str, str, str, str | None]] = [(PERIMETER, "nftables", RULESET, None)]
    known += [
        (name, format_, f"network/switches/{name}.{format_}", interface)
        for name, format_, interface in intent.switches
    ]
    names = [name for name, *_ in known]
    for name in options.live:
        if name not in (*names, KUBERNETES):
            raise UsageError(
                f"--live {name}: there is no such device; known: {', '.join(names)}, {KUBERNETES}"
            )
    for name, format_, file, interface in known:
        path = options.live.get(name)
        if path is not None:
            data = contents(path)
            yield Source(name, of_content(format_, data), str(path), data, interface, live=True)
        else:
            found = files.read(file) if files.exists(file) else None
            yield Source(name, format_, file, found, interface)


def of_content(format_: str, data: bytes) -> str:
    """A ruleset is text or what ``nft -j list ruleset`` prints."""
    return "nft-json" if format_ == "nftables" and data.lstrip()[:1] == b"{" else format_


def contents(path: Path) -> bytes:
    """Of a file that was named. Raises ExpectedError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExpectedError(f"cannot read {path}: {error.strerror}") from error


def readbacks(said: Iterable[str]) -> dict[str, Path]:
    """``NAME=FILE`` each. Raises :class:`UsageError`."""
    found: dict[str, Path] = {}
    for one in said:
        name, equals, file = one.partition("=")
        if not equals or not name or not file or name in found:
            raise UsageError(
                f"--live {one}: has to be NAME=FILE, each name once", "--live perimeter=nft.json"
            )
        found[name] = Path(file)
    return found
