"""A folder of OpenTofu files as one module: what it declares, and where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprints.check import hcl
from blueprints.check.repository import Repository

_DECLARED = re.compile(
    r"^[ \t]*(variable|output|module|provider|resource|data)"
    r'[ \t]+"([^"\n]+)"(?:[ \t]+"([^"\n]+)")?[ \t]*\{',
    re.MULTILINE,
)
_LOCAL = re.compile(r"^[ \t]*([A-Za-z_][\w-]*)[ \t]*=(?![=>])", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Where something stands."""

    file: str
    line: int


@dataclass
class Module:
    """What the files of one folder say together."""

    folder: str
    complete: bool = True
    """False where a file could not be read: then nothing is called missing."""
    texts: dict[str, str] = field(default_factory=dict)
    """The text of each `.tf` and `.tofu` file."""
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The names that each `.tfvars` file gives values to."""
    declared: dict[tuple[str, ...], list[Place]] = field(default_factory=dict)
    """("variable", name), ("resource", type, name), ("data", type, name), ("module", name), ...
    Each is as often there as it is declared."""
    blocks: dict[tuple[str, ...], Mapping[str, Any]] = field(default_factory=dict)
    """The content of each; expressions are text."""
    providers: set[str] = field(default_factory=set)
    """Local names in `required_providers`."""

    def names(self, kind: str) -> list[str]:
        """Names of the variables, locals, outputs or modules, sorted."""
        return sorted(key[1] for key in self.declared if key[0] == kind)


def read_modules(repo: Repository) -> dict[str, Module]:
    """Every folder with `.tf` or `.tofu` files."""
    found: dict[str, Module] = {}
    for path in repo.files:
        folder = path.rpartition("/")[0]
        if path.endswith((".tf", ".tofu")):
            _read(repo, path, found.setdefault(folder, Module(folder)))
    for path in repo.files:
        folder = path.rpartition("/")[0]
        if path.endswith(".tfvars") and folder in found:
            content, _ = hcl.of(repo, path)
            found[folder].values[path] = content
    return found


def _read(repo: Repository, path: str, module: Module) -> None:
    content, problems = hcl.of(repo, path)
    if problems:
        module.complete = False
        return
    text = repo.text(path)
    module.texts[path] = text
    for found in _DECLARED.finditer(text):
        key = tuple(part for part in found.groups() if part is not None)
        if key[0] in ("resource", "data") and len(key) != 3:
            continue
        line = text.count("\n", 0, found.start(1)) + 1
        module.declared.setdefault(key, []).append(Place(path, line))
    local_places = _lines_of_locals(path, text)
    for key, block in _blocks(content):
        module.blocks[key] = block
        if key[0] == "local":
            places = local_places.get(key[1], [Place(path, 0)])
            module.declared.setdefault(key, []).extend(places)
        elif key not in module.declared:
            module.declared[key] = [Place(path, 0)]
    for block in _several(content.get("terraform")):
        for providers in _several(block.get("required_providers")):
            module.providers.update(providers)


def _blocks(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for kind in ("variable", "output", "module"):
        for named in _several(content.get(kind)):
            for name, block in named.items():
                for one in _several(block):
                    yield (kind, name), one
    for kind in ("resource", "data"):
        for typed in _several(content.get(kind)):
            for type_, named in typed.items():
                for several in _several(named):
                    for name, block in several.items():
                        for one in _several(block):
                            yield (kind, type_, name), one
    for block in _several(content.get("locals")):
        for name, value in block.items():
            yield ("local", name), {"value": value}


def _several(value: Any) -> Iterator[Mapping[str, Any]]:
    """A block that stands once is a mapping, one that stands several times a list of them."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def _lines_of_locals(path: str, text: str) -> dict[str, list[Place]]:
    """Where locals are set: at the depth of a `locals` block, not in an object within it."""
    found: dict[str, list[Place]] = {}
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        plain = re.sub(r'"(?:\\.|[^"\\])*"', "", line.split("#")[0])
        if depth == 0:
            if not re.match(r"[ \t]*locals[ \t]*\{", plain):
                continue
        elif depth == 1 and (name := _LOCAL.match(line)):
            found.setdefault(name[1], []).append(Place(path, number))
        depth += sum(plain.count(char) for char in "{[(")
        depth = max(depth - sum(plain.count(char) for char in "}])"), 0)
    return found
