"""A folder that OpenTofu runs in is not set up as the others, or lacks what every run needs.

Looks at folders of `.tf` files that no other uses as a module: a version of the program, every
provider with source and version and a `provider` block, those of the modules that it calls among
them, and a backend; where Terragrunt runs the folder, files that its units generate count, and the
backend is left to `tofu-state`. Folders beside each other keep their state in one place under
different keys, each named after its folder, and configure their providers alike. No two blocks
configure the same provider without an alias. A map that is indexed by `each.key` has the keys of
what is gone through. Scripts that are run find the variables that they read, and read all that
they are given.

A run in a folder without a backend starts with an empty state and makes everything a second time;
two folders with one key delete each other's resources.

Set it up as its neighbours.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath
from typing import Any

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.modules import Folder, called, folders
from blueprints.check.tofu.reader import Block
from blueprints.check.tofu.states import generated
from blueprints.check.tofu.terragrunt import units

ID = "tofu-root"
LEVEL = Level.ERROR

_INDEXED = re.compile(r"\blocal\.([A-Za-z_]\w*)\[each\.key\]")
_OBJECT = re.compile(r"\s*object\(\{(.*)\}\)\s*\Z", re.DOTALL)
_VARIABLE = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)")
_NEEDED = re.compile(r"\$\{([A-Z][A-Z0-9_]*):?\?")
_FIELD = re.compile(r"([A-Za-z_]\w*)\s*=")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every folder that is not as it should be."""
    modules, found = called(repo), folders(repo)
    run = _run_by_units(repo)
    roots = [folder for path, folder in found.items() if path not in modules]
    for folder in found.values():
        yield from _versions(folder, required=folder.path in modules or folder in roots)
        yield from _maps(folder)
        yield from _twice(folder)
        yield from _scripts(repo, folder)
    for folder in roots:
        yield from _complete(folder, found, run.get(folder.path))
    yield from _providers_alike(found)
    beside: defaultdict[str, list[Folder]] = defaultdict(list)
    for folder in roots:
        if folder.path not in run:
            beside[dirname(folder.path)].append(folder)
    for several in beside.values():
        yield from _alike(several)


def _finding(file: str, line: int, message: str) -> Finding:
    return Finding(file, line, ID, message, LEVEL)


def _required(folder: Folder) -> dict[str, tuple[str, int, Any]]:
    """Providers that a folder asks for: file, line, and what it says of them."""
    return {
        one.name: (file, one.line, one.value)
        for file, block in folder.inside("terraform", "required_providers")
        for one in block.attributes.values()
    }


def _versions(folder: Folder, required: bool) -> Iterator[Finding]:
    file = next(iter(folder.files))
    if required and not any(
        "required_version" in block.attributes for _, block in folder.blocks("terraform")
    ):
        yield _finding(file, 1, f"folder {folder.path} does not say its required_version")
    for name, (where, line, said) in _required(folder).items():
        for key in ("source", "version"):
            if not isinstance(said, dict) or not isinstance(said.get(key), str):
                yield _finding(where, line, f"provider {name} has no {key}")
    asked = _required(folder)
    for where, block in folder.blocks("resource", "data"):
        provider = block.labels[0].partition("_")[0] if block.labels else ""
        if provider and provider not in (*asked, "terraform"):
            words = f"{block.type} {block.labels[0]} is of a provider that is not required"
            yield _finding(where, block.line, words)


def _run_by_units(repo: Repository) -> dict[str, set[str]]:
    """Folders that Terragrunt's units run, with the providers that all of these set up."""
    found: dict[str, set[str]] = {}
    for unit in units(repo).values():
        if unit.module is not None:
            set_up = {
                block.labels[0]
                for _, top in generated(unit)
                for block in top.of("provider")
                if block.labels
            }
            found[unit.module.path] = found.get(unit.module.path, set_up) & set_up
    return found


def _complete(
    folder: Folder, found: dict[str, Folder], by_units: set[str] | None
) -> Iterator[Finding]:
    file = next(iter(folder.files))
    if by_units is None and not any(True for _ in folder.inside("terraform", "backend")):
        yield _finding(file, 1, f"folder {folder.path} has no backend for its state")
    asked = _required(folder)
    set_up = {block.labels[0] for _, block in folder.blocks("provider") if block.labels}
    set_up |= by_units or set()
    for where, call in folder.blocks("module"):
        source = call.value("source")
        module = found.get(normpath(join(folder.path, source))) if isinstance(source, str) else None
        for name in _required(module) if module else ():
            if name not in asked:
                words = f"module {call.labels[0]} needs the provider {name}, which is not required"
                yield _finding(where, call.line, words)
    for name, (where, line, _) in asked.items():
        if name not in set_up:
            yield _finding(where, line, f"there is no provider block for {name}")


def _twice(folder: Folder) -> Iterator[Finding]:
    """Blocks of which there can be one only."""
    seen: set[tuple[str, ...]] = set()
    for file, block in folder.blocks("provider"):
        name = (*block.labels, str(block.value("alias")))
        if name in seen:
            yield _finding(file, block.line, f"provider {block.labels[0]} is configured twice")
        seen.add(name)


def _scripts(repo: Repository, folder: Folder) -> Iterator[Finding]:
    """Variables of commands, and of the scripts beside them that they run."""
    texts = [repo.text(path) for path in repo.under(folder.path) if path.endswith(".sh")]
    for file, block in folder.inside("resource", "provisioner"):
        given = block.value("environment")
        if not isinstance(given, dict) or not given:
            continue
        command = block.attributes["command"].text if "command" in block.attributes else ""
        read = {name for text in (command, *texts) for name in _VARIABLE.findall(text)}
        line = block.attributes["environment"].line
        for name in sorted(set(given) - read):
            yield _finding(file, line, f"nothing that is run reads {name}")
        prefixes = {name.partition("_")[0] for name in given}
        for name in sorted({name for text in texts for name in _NEEDED.findall(text)} - set(given)):
            if name.partition("_")[0] in prefixes:
                yield _finding(file, line, f"a script needs {name}, which is not given")


def _providers_alike(found: dict[str, Folder]) -> Iterator[Finding]:
    """One provider is of one source and one version in all of the repository."""
    said: defaultdict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for folder in found.values():
        for name, (file, line, value) in _required(folder).items():
            said[name].append((file, line, str(value)))
        for file, block in folder.blocks("terraform"):
            version = block.attributes.get("required_version")
            if version:
                said["required_version"].append((file, version.line, version.text.strip()))
    for name, places in said.items():
        yield from _odd(places, f"{name} is not as elsewhere")


def _odd(places: list[tuple[str, int, str]], words: str) -> Iterator[Finding]:
    """Findings for those that differ from the most frequent one; for all where none is."""
    counted = Counter(value for _, _, value in places)
    if len(counted) < 2:
        return
    (most, number), (_, second) = counted.most_common(2)
    for file, line, value in places:
        if value != most or number == second:
            yield _finding(file, line, words)


def _alike(several: list[Folder]) -> Iterator[Finding]:
    """State in one place under different keys, providers that are configured alike."""
    said: defaultdict[str, list[tuple[str, int, str]]] = defaultdict(list)
    keys: dict[str, str] = {}
    for folder in several:
        for file, block in folder.inside("terraform", "backend"):
            key = block.value("key")
            for one in block.attributes.values():
                if one.name != "key":
                    said[f"{one.name} of the backend"].append((file, one.line, str(one.value)))
            said["the backend"].append((file, block.line, _names(block)))
            if isinstance(key, str):
                yield from _key(folder, file, block, key, keys)
        for file, block in folder.blocks("provider"):
            name = block.labels[0] if block.labels else ""
            said[f"provider {name}"].append((file, block.line, _names(block)))
            for one in block.attributes.values():
                said[f"{one.name} of provider {name}"].append((file, one.line, str(one.value)))
        for file, block in folder.blocks("module"):
            name = block.labels[0] if block.labels else ""
            said[f"module {name}"].append((file, block.line, _names(block)))
            source = block.attributes.get("source")
            if source:
                said[f"source of module {name}"].append((file, source.line, source.text.strip()))
    for name, places in said.items():
        if len(places) > 1:
            yield from _odd(places, f"{name} is not as in the folders beside it")


def _names(block: Block) -> str:
    return f"{' '.join(block.labels)}: {', '.join(sorted(block.attributes))}"


def _key(
    folder: Folder, file: str, block: Block, key: str, keys: dict[str, str]
) -> Iterator[Finding]:
    line = block.attributes["key"].line
    other = keys.setdefault(key, folder.path)
    if other != folder.path:
        yield _finding(file, line, f"the state's key {key} is that of {other} too")
    if basename(folder.path) not in key:
        words = f"the state's key {key} does not hold the folder's name, {basename(folder.path)}"
        yield _finding(file, line, words)


def _maps(folder: Folder) -> Iterator[Finding]:
    """Maps in locals that are indexed by the keys of a variable."""
    locals_ = {
        one.name: (file, one) for file, block in folder.blocks("locals") for one in block.all()
    }
    types = {
        block.labels[0]: block.attributes["type"].text
        for _, block in folder.blocks("variable")
        if block.labels and "type" in block.attributes
    }
    for _, block in folder.blocks("resource"):
        loop = block.attributes.get("for_each")
        if loop is None or len(loop.references) != 1 or loop.references[0][0] != "var":
            continue
        fields = _OBJECT.match(types.get(loop.references[0][1], ""))
        wanted = set(_FIELD.findall(fields[1])) if fields else set()
        for attribute in block.attributes.values():
            for name in _INDEXED.findall(attribute.text):
                file, one = locals_.get(name, ("", None))
                keys = set(one.value) if one and isinstance(one.value, dict) else wanted
                if one and wanted and keys != wanted:
                    words = f"local {name} has the keys {', '.join(sorted(keys))}"
                    needed = f"needs {', '.join(sorted(wanted))}"
                    yield _finding(file, one.line, f"{words}; {block.labels[0]} {needed}")
