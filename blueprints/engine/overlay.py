"""An institution's own template, laid over a blueprint's: its files are added, or win.

The folder is a cookiecutter template for the top of the repository. Folders in it that are
templates themselves, and are called as one of the blueprint's, are laid over every place where
that one is used. Hooks and whatever else lies there are left alone.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from blueprints import render as templates
from blueprints.engine.blocks import put_in
from blueprints.engine.blueprint import Prose
from blueprints.engine.paths import check_paths
from blueprints.engine.registry import nearest
from blueprints.engine.spec import Digest
from blueprints.errors import ExpectedError

MAX_BYTES = 16 * 1024 * 1024
MAX_FILES = 2000


class InvalidOverlayError(ExpectedError):
    """A folder that cannot be laid over a blueprint."""

    kind = "invalid overlay"


@dataclass(frozen=True)
class Overlay:
    """The files of an overlay's templates; their folder is not looked at again."""

    files: Mapping[str, bytes]
    name: str = field(default="overlay", compare=False)
    """How errors call it."""

    @property
    def digest(self) -> Digest:
        """SHA-256 over every name and content, whatever their order."""
        whole = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            for part in (path.encode(), content):
                whole.update(len(part).to_bytes(8, "big") + part)
        return Digest(whole.hexdigest())

    def over(self, prose: Iterable[Prose], known: Iterable[str]) -> dict[str, bytes]:
        """What the overlay puts into a repository with this prose, by path.

        Values are those of the prose that a template is laid over; ``known`` are the blueprint's
        templates, used here or not. Raises :class:`InvalidOverlayError` for a template that is none
        of them, and for whatever a template may not do.
        """
        places: dict[str, list[Prose]] = {name: [] for name in known}
        places[""] = [one for one in prose if not one.into][:1] or [Prose("", "")]
        for one in prose:
            places.setdefault(one.template, []).append(one)
        try:
            with tempfile.TemporaryDirectory(prefix="tutela-overlay-") as folder:
                return self._rendered(Path(folder), places)
        except templates.InvalidTemplateError as error:
            raise InvalidOverlayError(str(error).replace(folder, self.name)) from error
        except OSError as error:
            raise ExpectedError(f"cannot render {self.name}: {error.strerror}") from error

    def _rendered(self, folder: Path, places: Mapping[str, list[Prose]]) -> dict[str, bytes]:
        for path, content in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        made: dict[str, bytes] = {}
        for name in self._templates():
            if name not in places:
                near = nearest(name, [one for one in places if one])
                raise InvalidOverlayError(f"{self.name}: there is no template {name}{near}")
            template = templates.load(folder / name)
            for place in places[name]:
                values = {
                    key: text for key, text in place.context.items() if key in template.defaults
                }
                for path, content in template.render(values, folder / name / ".made").items():
                    into = f"{place.into}/{path}" if place.into else path
                    made[into] = put_in(content, place.blocks)
        check_paths(made)
        return made

    def _templates(self) -> list[str]:
        """The top as "", then the others: what is said of one place wins over the whole."""
        return sorted(
            path.rpartition("/")[0]
            for path in self.files
            if path.rpartition("/")[2] == templates.SETTINGS
            and path.count("/") < 2
            and "{{" not in path
        )


def read(folder: Path) -> Overlay:
    """An overlay from its folder.

    Raises :class:`InvalidOverlayError` where it is no template, holds symbolic links or too much.
    """
    shown = str(folder)
    try:
        found = dict(_files(folder))
    except OSError as error:
        raise InvalidOverlayError(f"cannot read {shown}: {error.strerror}") from error
    if not any(path.rpartition("/")[2] == templates.SETTINGS for path in found):
        raise InvalidOverlayError(
            f"{shown} is no cookiecutter template: it has no {templates.SETTINGS}"
        )
    check_paths(path.replace("{{cookiecutter.", "").replace("}}", "") for path in found)
    return Overlay(found, shown)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    left = MAX_BYTES
    for number, file in enumerate(_walk(folder)):
        if file.is_symlink() or not file.is_file():
            raise InvalidOverlayError(f"{file}: is no plain file")
        with file.open("rb") as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0 or number >= MAX_FILES:
            raise InvalidOverlayError(
                f"{folder} holds more than {MAX_FILES} files or {MAX_BYTES} bytes"
            )
        yield file.relative_to(folder).as_posix(), content


def _walk(folder: Path) -> Iterator[Path]:
    """The settings and the project folder of the template and of those inside it."""
    for top in [folder, *sorted(one for one in folder.iterdir() if one.is_dir())]:
        if (top.is_symlink() and top != folder) or "{{" in top.name:
            continue
        if (top / templates.SETTINGS).is_file():
            yield top / templates.SETTINGS
            for project in sorted(top.glob("{{cookiecutter.*")):
                yield from _below(project)


def _below(folder: Path) -> Iterator[Path]:
    """Files and whatever is neither file nor folder; a symbolic link is never followed."""
    if folder.is_symlink() or not folder.is_dir():
        yield folder
        return
    for one in sorted(folder.iterdir()):
        yield from _below(one)
