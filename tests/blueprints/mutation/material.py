"""A rendered repository as what mutants are made of."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.blueprints.mutation import hcl, operators
from tests.blueprints.mutation.elsewhere import points
from tests.blueprints.mutation.mutant import Mutant
from tests.blueprints.mutation.trees import (
    Place,
    at,
    changed,
    closed,
    name_at,
    nodes,
    opened,
    read,
    spelled,
    written,
)
from tests.blueprints.mutation.widen import widenings

OPERATORS = ("drop", "retype", "rename", "duplicate", "widen", "elsewhere")

LEFT_OUT = ("spec.yaml", "tutela.lock", "README.md")
"""The specification is what a repository is made from, and its user's; the lock is switched off."""

_TWICE = "__twice__"


@dataclass(frozen=True)
class Site:
    """Where an operator can act: a node of a document, or a part of an HCL file."""

    file: str
    number: int = 0
    """Of the document in the file."""
    place: Place = ()
    span: hcl.Span | None = None


@dataclass
class Material:
    """The files of one repository, read once."""

    name: str
    files: dict[str, bytes]
    trees: dict[str, list[Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    sites: dict[str, list[Site]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, folder: Path) -> Material:
        """Everything in a folder but Git's own, the lock and the base render."""
        names = (
            file.relative_to(folder).as_posix()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not file.is_symlink()
        )
        material = cls(
            folder.name,
            {
                name: (folder / name).read_bytes()
                for name in names
                if not name.startswith((".git/", ".tutela-base")) and name not in LEFT_OUT
            },
        )
        for name, content in material.files.items():
            material._read(name, content)
        return material

    def _read(self, name: str, content: bytes) -> None:
        if name.endswith((".tf", ".tofu", ".hcl", ".tfvars")):
            self.texts[name] = content.decode()
            for span in hcl.spans(self.texts[name]):
                self._add_span(name, span)
        elif name.endswith((".yaml", ".yml", ".yamllint", ".json")):
            text = content.decode()
            if "/templates/" in name and "{{" in text:
                return
            documents = [json.loads(text)] if name.endswith(".json") else read(text)
            self.trees[name] = [opened(document) for document in documents]
            for number, tree in enumerate(self.trees[name]):
                self._add_tree(name, number, tree)

    def _add_span(self, name: str, span: hcl.Span) -> None:
        for operator in OPERATORS:
            if hcl.can(operator, span):
                self.sites[operator].append(Site(name, span=span))
        if span.sort != "block" and span.value:
            self._saw(span.name, span.value.strip('"'))

    def _add_tree(self, name: str, number: int, tree: Any) -> None:
        for operator in ("drop", "duplicate"):
            self.sites[operator].append(Site(name, number))
        for place, value in nodes(tree):
            site = Site(name, number, place)
            self.sites["drop"].append(site)
            self.sites["retype"].append(site)
            if operators.can_rename(place, value):
                self.sites["rename"].append(site)
            self.sites["duplicate"].append(site)
            if next(widenings(place, value), None) is not None:
                self.sites["widen"].append(site)
            if points(place, value):
                self.sites["elsewhere"].append(site)
                self._saw(name_at(place), value)

    def _saw(self, key: str, value: Any) -> None:
        if value not in self.seen[key]:
            self.seen[key].append(value)

    def mutant(self, chance: random.Random, operator: str = "") -> Mutant:
        """A random one: first the operator, then the site, each as likely as the next."""
        operator = operator or chance.choice(OPERATORS)
        site = chance.choice(self.sites[operator])
        if site.span is not None:
            return self._in_hcl(operator, site.file, site.span, chance)
        if not site.place:
            return self._of_documents(operator, site, chance)
        tree = self.trees[site.file][site.number]
        if operator == "widen":
            wide = chance.choice(list(widenings(site.place, at(tree, site.place))))
            new, what = changed(tree, site.place, wide), f"{_short(wide)}"
        elif operator == "duplicate" and not isinstance(site.place[-1], int):
            new, what = _key_twice(tree, site.place), "key twice"
        elif operator == "elsewhere":
            seen = self.seen[name_at(site.place)]
            new, what = operators.elsewhere(tree, site.place, seen, chance)
        else:
            act = {"drop": operators.drop, "retype": operators.retype}
            act |= {"rename": operators.rename, "duplicate": operators.duplicate}
            new, what = act[operator](tree, site.place, chance)
        trees = [*self.trees[site.file]]
        trees[site.number] = new
        content = self.written(site.file, trees)
        return Mutant(operator, site.file, content, _kind(tree), spelled(site.place), what)

    def written(self, name: str, trees: list[Any]) -> bytes:
        """A file with these documents."""
        documents = [closed(tree) for tree in trees]
        if name.endswith(".json"):
            text = json.dumps(documents[0], indent=2, ensure_ascii=False) + "\n"
        else:
            text = written(documents)
        return text.replace(_TWICE, "").encode()

    def _in_hcl(self, operator: str, name: str, span: hcl.Span, chance: random.Random) -> Mutant:
        seen = self.seen[span.name]
        text, what = hcl.apply(operator, self.texts[name], span, seen, chance)
        return Mutant(operator, name, text.encode(), "HCL", span.path, what)

    def _of_documents(self, operator: str, site: Site, chance: random.Random) -> Mutant:
        """A whole document is gone, or there twice: in its own file, or in another beside it."""
        trees = self.trees[site.file]
        kind = _kind(trees[site.number])
        if operator == "drop":
            rest = trees[: site.number] + trees[site.number + 1 :]
            content = self.written(site.file, rest) if rest else None
            return Mutant(operator, site.file, content, kind, "", "the document is gone")
        if chance.random() < 0.5 and not site.file.endswith(".json"):
            content = self.written(site.file, [*trees, trees[site.number]])
            return Mutant(operator, site.file, content, kind, "", "the document twice")
        stem, dot, end = site.file.rpartition(".")
        content = self.written(site.file, [trees[site.number]])
        return Mutant(operator, f"{stem}-2{dot}{end}", content, kind, "", "the document in a copy")


def _key_twice(tree: Any, place: Place) -> Any:
    parent = at(tree, place[:-1])
    pairs: Iterator[tuple[str, Any]] = (
        pair
        for key, item in parent.items()
        for pair in ([(key, item), (f"{key}{_TWICE}", item)] if key == place[-1] else [(key, item)])
    )
    return changed(tree, place[:-1], dict(pairs))


def _kind(tree: Any) -> str:
    if isinstance(tree, dict) and isinstance(tree.get("kind"), str):
        return str(tree["kind"])
    return "YAML"


def _short(value: Any) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."
