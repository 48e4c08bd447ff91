"""A workspace: the folder ``.tutela/`` with its configuration, snapshots, pins and cache."""

import errno
import json
import os
from dataclasses import dataclass
from pathlib import Path

from governance.errors import GovernanceError
from governance.workspace.config import Config, read_config

FOLDER = ".tutela"
WORKSPACE_SCHEMA = "tutela/workspace/v1"
_PARTS = ("snapshots", "pins", "cache")


class WorkspaceMissingError(GovernanceError):
    """There is no workspace where one was looked for."""

    kind = "no workspace"


class WorkspaceVersionError(GovernanceError):
    """The workspace was written by a version of tutela that this one does not know."""

    kind = "workspace version"


@dataclass(frozen=True)
class Workspace:
    """One workspace that was found or made; ``folder`` is the ``.tutela`` folder, absolute."""

    folder: Path
    config: Config

    @property
    def snapshots_dir(self) -> Path:
        """One folder per snapshot."""
        return self.folder / "snapshots"

    @property
    def pins_dir(self) -> Path:
        """Pins of POSIX trees, and the cache of those that lie in stores."""
        return self.folder / "pins"

    @property
    def cache_dir(self) -> Path:
        """What can be made again."""
        return self.folder / "cache"

    @property
    def config_file(self) -> Path:
        """``tutela.yaml``, which may be missing: then nothing is configured."""
        return self.folder / "tutela.yaml"

    def policy_paths(self) -> list[Path]:
        """The configured policy files, in order; a relative one lies beside ``tutela.yaml``."""
        written = [self.folder / Path(name).expanduser() for name in self.config.policies]
        return [Path(os.path.abspath(path)) for path in written]

    @classmethod
    def find(cls, start: Path | None, cwd: Path) -> "Workspace":
        """The workspace of ``start`` (``-w``), or the nearest one from ``cwd`` upward.

        Raises WorkspaceMissingError, WorkspaceVersionError, InvalidFileError for ``tutela.yaml``.
        """
        if start is not None:
            asked = cwd / start.expanduser()
            folder = _folder(asked)
            if not _is_there(folder):
                raise _missing(asked, folder)
            return cls._open(folder)
        for place in (cwd, *cwd.parents):
            for folder in (place / FOLDER, place):
                if folder.name == FOLDER and _is_there(folder):
                    return cls._open(folder)
        raise WorkspaceMissingError(
            f"no workspace ({FOLDER}) in {cwd} or above it",
            "tutela init -w DIR",
            "or name one that is there: -w DIR",
        )

    @classmethod
    def create(cls, directory: Path, config_text: str | None = None) -> "Workspace":
        """Make ``directory/.tutela``; one that stopped half-way is completed.

        ``config_text`` becomes ``tutela.yaml`` unless there is one. ``version.json`` comes last:
        without it nothing is a workspace. Raises GovernanceError where there is one already.
        """
        cls.refuse_existing(directory)
        folder = cls.folder_of(directory)
        try:
            for part in _PARTS:
                (folder / part).mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise GovernanceError(f"cannot make a workspace in {folder}: not a folder") from error
        if config_text is not None and not (folder / "tutela.yaml").exists():
            write_file(folder / "tutela.yaml", config_text)
        version = json.dumps({"schema": WORKSPACE_SCHEMA}) + "\n"
        write_file(folder / "version.json", version)
        return cls._open(folder)

    @staticmethod
    def folder_of(directory: Path) -> Path:
        """Where the workspace of a folder is, or would be."""
        return _folder(Path(os.path.abspath(directory.expanduser())))

    @classmethod
    def refuse_existing(cls, directory: Path) -> None:
        """Raise GovernanceError where ``directory`` has a workspace already."""
        folder = cls.folder_of(directory)
        if (folder / "version.json").exists():
            raise GovernanceError(
                f"there is a workspace in {folder} already", f"tutela status -w {directory}"
            )

    @classmethod
    def _open(cls, folder: Path) -> "Workspace":
        _check_version(folder / "version.json")
        config = folder / "tutela.yaml"
        return cls(folder, read_config(config) if config.exists() else Config())


def write_file(file: Path, text: str) -> None:
    """Write a small file whole or not at all; it is on disk when this returns."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    except OSError as error:
        # A full disk is noticed by write and fsync, which do not say in which file.
        error.filename = error.filename or str(file)
        raise
    finally:
        partial.unlink(missing_ok=True)


def _folder(directory: Path) -> Path:
    return directory if directory.name == FOLDER else directory / FOLDER


def _is_there(folder: Path) -> bool:
    try:
        return (folder / "version.json").is_file()
    except OSError as error:
        # Looking upward passes folders that may not be entered: no workspace of ours is there.
        if error.errno in (errno.EACCES, errno.ENAMETOOLONG, errno.ELOOP):
            return False
        raise


def _missing(asked: Path, folder: Path) -> WorkspaceMissingError:
    if not asked.exists():
        return WorkspaceMissingError(f"no such folder: {asked}", f"tutela init -w {asked}")
    if folder.is_dir():
        return WorkspaceMissingError(
            f"{folder} has no version.json: it was left half-made, or is no workspace",
            f"tutela init -w {asked}",
        )
    return WorkspaceMissingError(f"no workspace in {asked}", f"tutela init -w {asked}")


def _check_version(file: Path) -> None:
    try:
        with file.open("rb") as stream:
            said = json.loads(stream.read(65536))
        schema = said["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WorkspaceVersionError(
            f"{file} cannot be understood: the workspace is damaged or not tutela's",
            f"move {file.parent} away, then: tutela init -w {file.parent.parent}",
        ) from error
    if schema != WORKSPACE_SCHEMA:
        shown = str(schema)[:80]
        raise WorkspaceVersionError(
            f"workspace {file.parent} was written by another version of tutela "
            f"({shown}; this one reads {WORKSPACE_SCHEMA})",
            "pip install --upgrade tutela",
        )
