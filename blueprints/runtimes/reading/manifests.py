"""Kubernetes manifests as a reader meets them: plain values, and where each stands.

The text may be anybody's: it is read by events, nothing in it is built or run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blueprints.check import events
from blueprints.check.documents import items, mapping, text
from blueprints.runtimes.runtime import ReadError


@dataclass(frozen=True)
class Manifest:
    """One object."""

    file: str
    line: int
    """Where it starts, from 1."""
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Such as ``Deployment``; "" where it says none."""
        return text(self.data, "kind")

    @property
    def name(self) -> str:
        """``metadata.name``; "" where it has none."""
        return text(self.data, "metadata", "name")

    def wrong(self, what: str) -> ReadError:
        """That something about it cannot be read."""
        return ReadError(f"{self.file}:{self.line}: {what}")


def documents(file: str, content: bytes) -> Iterator[Manifest]:
    """Yield the mappings of a YAML file. Raises ReadError for text that readers take differently.

    A file of comments only has none.
    """
    try:
        found, problems = events.read(content.decode())
    except UnicodeDecodeError as error:
        raise ReadError(f"{file}:1: is not UTF-8 text") from error
    for problem in problems:
        raise ReadError(f"{file}:{problem.line}: {problem.message}")
    for one in found:
        if isinstance(one.data, dict):
            yield Manifest(file, one.line, one.data)
        elif one.data is not None:
            raise ReadError(f"{file}:{one.line}: has to be a mapping")


def manifests(files: Mapping[str, bytes]) -> tuple[Manifest, ...]:
    """Every object of the YAML files of a folder, sorted by file; a ``List`` taken apart."""
    return tuple(
        part
        for file, content in sorted(files.items())
        if file.endswith((".yaml", ".yml"))
        for one in documents(file, content)
        if one.kind
        for part in parts(one)
    )


def parts(one: Manifest) -> Iterator[Manifest]:
    """The object itself, or those of a ``List``."""
    if one.kind != "List":
        yield one
        return
    for inner in items(one.data, "items"):
        if isinstance(inner, dict):
            yield Manifest(one.file, one.line, inner)


def of_kind(objects: Iterable[Manifest], kind: str) -> tuple[Manifest, ...]:
    """Those of a kind, in their order."""
    return tuple(one for one in objects if one.kind == kind)


def only(objects: Sequence[Manifest], kind: str) -> Manifest:
    """The one object of a kind; raises ReadError where there is none or there are several."""
    found = of_kind(objects, kind)
    if not found:
        raise ReadError(f"{objects[0].file if objects else '.'}:1: has no {kind}")
    if len(found) > 1:
        raise found[1].wrong(f"a second {kind}; {found[0].file}:{found[0].line} has one already")
    return found[0]


def secret_keys(objects: Iterable[Manifest]) -> Mapping[tuple[str, str], str]:
    """From (Secret, key in it) to the key in the secret store, as ExternalSecrets say it.

    A property that is not the key's own name in small letters stands behind a ``#``.
    """
    found: dict[tuple[str, str], str] = {}
    for one in of_kind(objects, "ExternalSecret"):
        secret = text(one.data, "spec", "target", "name") or one.name
        for entry in items(one.data, "spec", "data"):
            key, remote = text(entry, "secretKey"), mapping(entry, "remoteRef")
            part = text(remote, "property")
            there = text(remote, "key")
            found[secret, key] = there if part == key.lower() else f"{there}#{part}"
    return found
