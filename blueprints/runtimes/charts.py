"""Helm charts that are at hand, and what Helm makes of them with a service's values.

A chart is a folder with a ``Chart.yaml``, or what ``helm package`` made of one. Templates are
programs: they run in a process of their own, without network, with a bound on time and memory (see
``blueprints.check.worker``).
"""

import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from blueprints.check.documents import mapping, text
from blueprints.check.worker import Worker
from blueprints.errors import ExpectedError
from blueprints.runtimes.reading.manifests import documents
from blueprints.runtimes.runtime import ReadError

SECONDS: Final = 20.0
"""For one chart with one file of values."""
MOST: Final = 32 << 20
"""Bytes of one chart."""
_ABOUT: Final = "Chart.yaml"


@dataclass(frozen=True)
class Chart:
    """One chart in memory."""

    name: str
    version: str
    files: Mapping[str, bytes]
    """By path below the chart."""


def at_hand(folders: Iterable[Path]) -> dict[str, Chart]:
    """Charts in some folders by their name; of several versions the one that sorts last.

    Raises ExpectedError for one that cannot be read.
    """
    found: dict[str, Chart] = {}
    for folder in folders:
        for path in _places(folder):
            chart = load(path)
            other = found.get(chart.name)
            if other is None or _order(other.version) < _order(chart.version):
                found[chart.name] = chart
    return found


def _places(folder: Path) -> Iterator[Path]:
    if (folder / _ABOUT).is_file():
        yield folder
    elif folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix in (".tgz", ".gz") or (path / _ABOUT).is_file():
                yield path


def _order(version: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in version.split(".")]


def load(path: Path) -> Chart:
    """The chart at a path; raises ExpectedError."""
    try:
        files = dict(_of_folder(path) if path.is_dir() else _of_package(path))
        about = next(documents(_ABOUT, files.get(_ABOUT, b"")), None)
    except (OSError, tarfile.TarError, ReadError) as error:
        raise ExpectedError(f"cannot read the chart {path}: {error}") from error
    data = about.data if about is not None else {}
    name, version = text(data, "name"), text(data, "version")
    if not name:
        raise ExpectedError(f"{path} is no chart: its {_ABOUT} gives it no name")
    return Chart(name, version, files)


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    ignored = folder / ".helmignore"
    left_out = set(ignored.read_text().split()) if ignored.is_file() else set()
    room = MOST
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # As `helm package` does: many charts leave their own schema out.
        if path.is_file() and not path.is_symlink() and name not in left_out:
            room -= path.stat().st_size
            if room < 0:
                raise ExpectedError(f"{folder} is larger than {MOST >> 20} MiB")
            yield name, path.read_bytes()


def _of_package(path: Path) -> Iterator[tuple[str, bytes]]:
    room = MOST
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is None:
                continue
            room -= member.size
            if room < 0:
                raise ExpectedError(f"{path} is larger than {MOST >> 20} MiB")
            yield member.name.partition("/")[2], stream.read()


class Helm:
    """Renders charts; to be used as a context, because a process stands behind it."""

    def __init__(self) -> None:
        """Nothing is started before the first chart."""
        self._worker = Worker("blueprints.check.helm_worker", SECONDS)

    @staticmethod
    def installed() -> bool:
        """Whether there is anything to render with."""
        return find_spec("helm_python") is not None

    def made(self, chart: Chart, release: str, namespace: str, values: bytes) -> dict[str, bytes]:
        """Manifests by their template; raises ReadError with Helm's words."""
        answer = self._worker.ask(
            {
                "files": {name: content.decode("latin-1") for name, content in chart.files.items()},
                "name": release,
                "namespace": namespace,
                "values": [values.decode()],
                "parameters": [],
            }
        )
        if "error" in answer:
            raise ReadError(f"{chart.name} {chart.version}: {text(answer, 'error')}")
        return {
            name: str(content).encode()
            for name, content in mapping(answer, "manifests").items()
            if name.endswith((".yaml", ".yml"))
        }

    def __enter__(self) -> Self:
        """For ``with``."""
        self._worker.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self._worker.__exit__(kind, error, trace)
