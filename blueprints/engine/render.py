"""From a specification to every file of its repository; nothing is written here."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel

from blueprints import render as templates
from blueprints.engine import base, lock
from blueprints.engine.blocks import put_in
from blueprints.engine.blueprint import Blueprint, File, Owner, Prose
from blueprints.engine.overlay import Overlay
from blueprints.engine.paths import InvalidPathError, check_paths
from blueprints.engine.spec import Loaded
from blueprints.errors import ExpectedError

SPEC = "spec.yaml"


def render(
    blueprint: Blueprint, model: BaseModel, overlay: Overlay | None = None
) -> tuple[File, ...]:
    """Documents and prose, the overlay's files over them; sorted by path.

    The same arguments give the same bytes. Raises ExpectedError for a template that is missing or
    not right and for paths that cannot be, :class:`InvalidPathError` for two files of one path.
    """
    prose = tuple(blueprint.prose(model))
    files = [*blueprint.documents(model), *_written(blueprint, prose)]
    check_paths(file.path for file in files)
    if overlay is not None:
        files = _laid_over(files, overlay.over(prose, _templates(blueprint)))
    _check_reserved(files)
    return tuple(sorted(files, key=lambda file: file.path))


def repository(loaded: Loaded, overlay: Overlay | None = None) -> tuple[File, ...]:
    """The whole repository: what is rendered, the specification, the lock and the base."""
    files = render(loaded.blueprint, loaded.model, overlay)
    return tuple(sorted([*files, *records(loaded, files, overlay)], key=lambda file: file.path))


def records(
    loaded: Loaded, files: Iterable[File], overlay: Overlay | None = None
) -> tuple[File, ...]:
    """What the engine adds to rendered files: the specification, the lock and the base."""
    spec = File(SPEC, loaded.text, Owner.USER)
    files = [*files, spec]
    written = lock.Lock(
        blueprint=loaded.blueprint.name,
        version=loaded.blueprint.version,
        tool=version("tutela"),
        spec_file=SPEC,
        spec_sha256=loaded.digest,
        overlay_sha256=overlay.digest if overlay is not None else None,
        files=lock.entries(files),
    )
    kept = overlay.files if overlay is not None else None
    return (spec, lock.lock_file(written), *base.base_files(files, kept))


@lru_cache(maxsize=64)
def _template(folder: Path) -> templates.Template:
    return templates.load(folder)


def _written(blueprint: Blueprint, prose: Iterable[Prose]) -> Iterator[File]:
    try:
        with tempfile.TemporaryDirectory(prefix="tutela-") as scratch:
            for one in prose:
                template = _template(blueprint.folder / "templates" / one.template)
                made = template.render(one.context, Path(scratch) / one.template)
                for path, content in made.items():
                    place = f"{one.into}/{path}" if one.into else path
                    filled = put_in(content, one.blocks)
                    yield File(place, filled, one.owner, executable=_is_script(filled))
    except OSError as error:
        raise ExpectedError(f"cannot render without scratch space: {error.strerror}") from error


def _templates(blueprint: Blueprint) -> list[str]:
    folder = blueprint.folder / "templates"
    return sorted(file.parent.name for file in folder.glob(f"*/{templates.SETTINGS}"))


def _laid_over(files: Iterable[File], over: Mapping[str, bytes]) -> list[File]:
    """A file that the overlay replaces stays whose it was."""
    below = {file.path: file for file in files}
    for path, content in over.items():
        owner = below[path].owner if path in below else Owner.GENERATED
        below[path] = File(path, content, owner, executable=_is_script(content))
    check_paths(below)
    return list(below.values())


def _is_script(content: bytes) -> bool:
    """By its first line: the modes of installed templates differ from machine to machine."""
    return content.startswith(b"#!")


def _check_reserved(files: Iterable[File]) -> None:
    for file in files:
        if file.path in (SPEC, lock.NAME) or file.path.split("/")[0] == base.FOLDER:
            raise InvalidPathError(f"{file.path} is written by the engine alone")
