"""Asks each registered source whether it answers, as cheaply as that can be known."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from blueprints.display import count, size, when
from governance.errors import GovernanceError
from governance.evidence.asking import without_user
from governance.evidence.files import open_file, path_of
from governance.evidence.git.repository import open_repository
from governance.workspace.evidence import Entry, MlflowEntry, RepositoryEntry


@dataclass(frozen=True)
class Probed:
    """How a source answered."""

    answers: bool
    detail: str
    """What was found, or why it does not answer; foreign text in it is raw."""
    hints: tuple[str, ...] = ()


def probe(entry: Entry, base: Path) -> Probed:
    """Ask one source; relative paths start from `base`. Raises nothing for what it finds."""
    try:
        return Probed(True, _ask(entry, base))
    except GovernanceError as error:
        hints: list[str] = getattr(error, "__notes__", [])
        return Probed(False, without_user(str(error)), tuple(map(without_user, hints)))
    except Exception as error:  # noqa: BLE001 - a library's own error is an answer too
        return Probed(False, f"it cannot be asked ({type(error).__name__})")


def _ask(entry: Entry, base: Path) -> str:
    if isinstance(entry, MlflowEntry):
        return _mlflow(entry, base)
    if isinstance(entry, RepositoryEntry):
        return _repository(base / entry.repo)
    return _file(path_of(base, entry.file))


def _mlflow(entry: MlflowEntry, base: Path) -> str:
    if not entry.uri.startswith(("http://", "https://")):
        from governance.evidence.mlflow.database import opened

        with opened(entry.uri, base):
            return "the database opens for reading"
    from governance.evidence.mlflow.http import Client

    bundle = base / entry.ca_bundle if entry.ca_bundle else None
    Client(entry.uri, bundle, lambda: None).post(
        "/api/2.0/mlflow/experiments/search", {"max_results": 1}
    )
    return "the server answers"


def _repository(path: Path) -> str:
    with open_repository(path) as repository:
        refs = len(repository.refs())
    return f"{count(refs)} ref{'' if refs == 1 else 's'}"


def _file(path: Path) -> str:
    with open_file(path) as stream:
        about = os.fstat(stream.fileno())
    return f"{size(about.st_size)}, written {when(datetime.fromtimestamp(about.st_mtime, UTC))}"
