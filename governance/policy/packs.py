"""The policies that come with tutela: ready to copy, each with examples that pass."""

import difflib
from dataclasses import dataclass
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from blueprints.display import table, visible
from governance.errors import GovernanceError
from governance.policy.parse import Source, parse, parse_file


class NoSuchPackError(GovernanceError):
    """No pack, and no file, is called so."""

    kind = "no such pack"


def names() -> list[str]:
    """Return the names of the packs, sorted."""
    found = [file.name for file in _folder().iterdir()]
    return sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))


def text(name: str) -> str:
    """Return the YAML of a pack, comments and all. Raises NoSuchPackError."""
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = near[0] if near else names()[0]
        raise NoSuchPackError(
            f"no policy pack is called {visible(name)}; there are {', '.join(names())}",
            f"tutela policy packs {hint}",
        )
    return _folder().joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def read(name: str) -> Source:
    """Return a pack as a policy. Raises NoSuchPackError."""
    return parse(text(name), f"{name}.yaml")


def file_or_pack(path: Path) -> Source:
    """Read a policy file; a bare word that is no file is the name of a pack.

    Raises NoSuchPackError for a word that is neither, else as `parse.parse_file`.
    """
    if path.exists() or len(path.parts) != 1 or path.suffix:
        return parse_file(path)
    return read(path.name)


def location(path: Path) -> Path:
    """Return where the file is that `file_or_pack` reads."""
    if path.exists() or len(path.parts) != 1 or path.suffix:
        return path
    text(path.name)
    with as_file(_folder().joinpath(f"{path.name}.yaml")) as file:
        return file


def _folder() -> Traversable:
    return files("policies").joinpath("retention")


@dataclass(frozen=True)
class PackText:
    """One pack, to be read or copied."""

    name: str
    yaml: str

    def __str__(self) -> str:
        return self.yaml.rstrip("\n")

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/policy-pack/v1``."""
        return {"schema": "tutela/policy-pack/v1", "name": self.name, "yaml": self.yaml}


@dataclass(frozen=True)
class Packs:
    """All packs and what each is for."""

    titles: tuple[tuple[str, str], ...]
    """(name, title)."""

    def __str__(self) -> str:
        return table(("pack", "for"), self.titles, whole={0})

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/policy-packs/v1``."""
        return {
            "schema": "tutela/policy-packs/v1",
            "packs": [{"name": name, "title": title} for name, title in self.titles],
        }


def packs(name: str | None = None) -> Packs | PackText:
    """Return the list of packs, or one of them."""
    if name is not None:
        return PackText(name, text(name))
    return Packs(tuple((name, read(name).policy.title) for name in names()))
