"""The specification of a repository that serves models: read, and changed as a whole or not."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, cast

from blueprints.engine import lock, spec
from blueprints.engine.spec import Loaded
from blueprints.service.model import Model
from blueprints.service.site import Site
from blueprints.update.result import Updated
from blueprints.update.update import Options, RefusedError, update
from blueprints.yamltext import quoted

KEY = "models"
"""Of the list."""
_SHOWN = 8


class Serving(Protocol):
    """A specification that lists models."""

    @property
    def models(self) -> list[Model]:
        """In their order."""
        ...

    @property
    def sites(self) -> list[Site]:
        """Where they are served."""
        ...


@dataclass(frozen=True)
class Specified:
    """The specification as it stands in a repository."""

    folder: Path
    file: Path
    loaded: Loaded

    @property
    def serving(self) -> Serving:
        """Typed."""
        return cast(Serving, self.loaded.model)

    @property
    def text(self) -> str:
        """The file."""
        return self.loaded.text.decode()

    @property
    def listed(self) -> list[Any]:
        """The models as plain values."""
        said = self.loaded.data.get(KEY)
        return list(said) if isinstance(said, list) else []

    def place(self, name: str) -> int:
        """Which of the models has that name; raises RefusedError where none has."""
        names = [one.name for one in self.serving.models]
        if name not in names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            known = f"; known: {', '.join(names[:_SHOWN])}{more}" if names else ""
            raise RefusedError(f"{self.file} has no model {quoted(name)}{known}")
        return names.index(name)

    def update(self, text: str, models: list[Any], options: Options) -> Updated:
        """Update the repository to an edited text, which has to list these models and else say
        what it said.

        Raises InvalidFileError for a text that is no specification, RefusedError for one that
        says something else, and as `tutela blueprint update`.
        """
        loaded = spec.parse(text.encode(), str(self.file))
        wanted: Mapping[str, Any] = {**self.loaded.data, KEY: models}
        if loaded.data != wanted:
            raise RefusedError(
                f"cannot change {self.file}: it would say something else then",
                f"change it yourself, then: tutela blueprint update {self.folder}",
            )
        with tempfile.TemporaryDirectory(prefix="tutela-") as scratch:
            to = Path(scratch) / self.file.name
            to.write_text(text, encoding="utf-8", newline="")
            return update(self.folder, replace(options, to=to))


def read(folder: Path) -> Specified:
    """Of a rendered repository; raises RefusedError for a folder that serves no models."""
    locked = lock.read(folder)
    if locked is None:
        raise RefusedError(
            f"{folder} has no {lock.NAME}: no blueprint rendered it",
            "tutela blueprint spec inference > i.yaml",
            "tutela blueprint render i.yaml --out DIR",
        )
    file = folder / locked.spec_file
    loaded = spec.load(file)
    if not isinstance(getattr(loaded.model, KEY, None), list):
        raise RefusedError(f"{folder} is a {loaded.blueprint.name}; it serves no models")
    return Specified(folder, file, loaded)
