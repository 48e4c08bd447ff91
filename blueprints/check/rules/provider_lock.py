"""A provider is not locked, for one architecture only, or in another version than is asked for.

Looks at every `.terraform.lock.hcl`: each provider that the module beside it asks for (of a
Terragrunt unit: the module that it runs, with the modules that this calls) is in it, in a version
that the module lets in, with `h1:` hashes of two platforms, linux_amd64 and linux_arm64. No hash
names its platform: what can be told is that one `h1:` is of one platform, and that the `zh:` of a
signed release are of the archives for all. A unit without a lock file must stop instead of writing
one of its own (`init -lockfile=readonly` among its `extra_arguments`), and its module pins every
provider to one version (`= 5.1.0`); that it is not locked yet is then told as not checked.

A job on the other architecture, or one that takes providers from a mirror as unpacked folders,
stops, or adds hashes that nobody has seen.

Run `tofu providers lock -platform=linux_amd64 -platform=linux_arm64` and commit the file.
"""

import posixpath
from collections.abc import Iterator, Mapping

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.locks import NAME, Locked, lets_in, locked, pinned, plain
from blueprints.check.tofu.modules import Folder, folders
from blueprints.check.tofu.reader import read
from blueprints.check.tofu.terragrunt import Config, Unit, units
from blueprints.display import visible

ID = "provider-lock"
LEVEL = Level.ERROR

_COMMAND = "tofu providers lock -platform=linux_amd64 -platform=linux_arm64"
_OWN = "terraform.io/builtin/"
_PLATFORMS = 2

Asked = dict[str, list[tuple[str, int, object]]]
"""Source of a provider -> file, line and constraint of each place that asks for it."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every provider that is not locked."""
    modules = folders(repo)
    files = [path for path in repo.files if posixpath.basename(path) == NAME]
    for path in files:
        yield from _hashes(path, list(locked(read(repo.text(path)))))
    held = {posixpath.dirname(path) for path in files}
    told: set[str] = set()
    for unit in units(repo).values():
        if unit.module is None:
            continue
        asked = _asked(modules, unit.module)
        place = next((one for one in (unit.folder, unit.module.path) if one in held), None)
        if place is not None:
            path = posixpath.join(place, NAME)
            if place == unit.folder or path not in told:
                told.add(path)
                yield from _covered(repo, path, asked)
        elif unit.module.path not in told:
            told.add(unit.module.path)
            yield from _unlocked(unit, asked)
    for path in files:
        folder = posixpath.dirname(path)
        if folder in modules and path not in told:
            yield from _covered(repo, path, _asked(modules, modules[folder]))


def _finding(file: str, line: int, message: str, hint: str = _COMMAND) -> Finding:
    return Finding(file, line, ID, visible(message), LEVEL, hint)


def _asked(modules: Mapping[str, Folder], module: Folder) -> Asked:
    """What a module asks for, and the modules that it calls."""
    found: Asked = {}
    waiting, seen = [module], {module.path}
    while waiting:
        folder = waiting.pop()
        for file, block in folder.inside("terraform", "required_providers"):
            for one in block.attributes.values():
                said = one.value if isinstance(one.value, dict) else {}
                source = said.get("source")
                if isinstance(source, str) and not source.startswith(_OWN):
                    found.setdefault(plain(source), []).append(
                        (file, one.line, said.get("version"))
                    )
        for _, call in folder.blocks("module"):
            source = call.value("source")
            if isinstance(source, str) and source.startswith("."):
                path = posixpath.normpath(posixpath.join(folder.path, source))
                if path in modules and path not in seen:
                    seen.add(path)
                    waiting.append(modules[path])
    return found


def _hashes(path: str, providers: list[Locked]) -> Iterator[Finding]:
    for one in providers:
        unpacked, archives = one.count("h1"), one.count("zh")
        if not one.version:
            yield _finding(path, one.line, f"{one.source} is locked to no version")
        if not unpacked and not archives:
            yield _finding(path, one.line, f"{one.source} has no hashes")
        elif unpacked < _PLATFORMS:
            platforms = "one platform" if unpacked else "no platform"
            rest = "; zh is of packed archives only" if archives else ""
            message = f"{one.source} {one.version} is locked for {platforms} (h1){rest}"
            yield _finding(path, one.line, message)
    names = [one.source for one in providers]
    for one in providers:
        if names.count(one.source) > 1:
            yield _finding(path, one.line, f"{one.source} is locked twice")


def _covered(repo: Repository, path: str, asked: Asked) -> Iterator[Finding]:
    known = {one.source: one for one in locked(read(repo.text(path)))}
    for source, places in asked.items():
        one = known.get(source)
        if one is None:
            file, line, _ = places[0]
            yield _finding(path, 0, f"{source} is not locked, which {file}:{line} asks for")
            continue
        for file, line, constraint in places:
            if one.version and not lets_in(constraint, one.version):
                words = f"{source} is locked to {one.version}; {file}:{line} asks for {constraint}"
                yield _finding(path, one.line, words)
    for source, one in known.items():
        if source not in asked:
            yield _finding(path, one.line, f"{source} is locked, and nothing asks for it")


def _unlocked(unit: Unit, asked: Asked) -> Iterator[Finding | NotChecked]:
    if not asked or unit.module is None:
        return
    for source, places in asked.items():
        if not any(pinned(constraint) for _, _, constraint in places):
            file, line, constraint = places[0]
            message = f"{source} is neither locked nor pinned to one version ({constraint})"
            yield _finding(file, line, message)
    if any(_readonly(config) for config in unit.configs):
        reason = f"the providers of {unit.module.path} are not locked yet, and no run starts before"
        yield NotChecked(ID, f"{reason}: {_COMMAND}", unit.module.path)
    else:
        hint = f"{_COMMAND}; and -lockfile=readonly for init"
        message = f"{unit.module.path} has no lock file: each run takes the hashes that it finds"
        yield _finding(unit.file, 1, message, hint)


def _readonly(config: Config) -> bool:
    """Whether `init` takes what is locked and nothing else."""
    for terraform in config.top.of("terraform"):
        for block in terraform.of("extra_arguments"):
            commands, given = block.value("commands"), block.value("arguments")
            if isinstance(commands, list) and "init" in commands and isinstance(given, list):
                return "-lockfile=readonly" in given
    return False
