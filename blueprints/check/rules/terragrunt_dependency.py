"""A Terragrunt unit depends on itself, on a unit that is not there, or on an output nobody has.

Looks at `dependency` and `dependencies` of every `terragrunt.hcl`, with what it includes: the
folder holds a unit, no unit waits for itself over others, every `dependency.NAME` has its block,
and every output that is used or stands in `mock_outputs` is declared by the module of the other
unit. Outputs that stand in for real ones say for which commands: without
`mock_outputs_allowed_terraform_commands` they are applied, too.

`run --all` stops at the first three, the last writes invented values into real clusters.

Take one of the dependencies out, or write the path, the output or the commands (`init`,
`validate`, `plan`) as they have to be.
"""

import difflib
import re
from collections.abc import Iterator, Mapping

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.reader import Block
from blueprints.check.tofu.terragrunt import Config, Dependency, Unit, units
from blueprints.check.tofu.values import Unknown
from blueprints.display import visible

ID = "terragrunt-dependency"
LEVEL = Level.ERROR

_MOCKED = ("mock_outputs_allowed_terraform_commands", "mock_outputs_allowed_commands")
_CHANGES = re.compile(r"apply|destroy|import|refresh")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every dependency that cannot hold, unit by unit."""
    known = units(repo)
    seen: set[str] = set()
    for unit in known.values():
        for config in (unit.config, *unit.config.parents.values()):
            if config.file not in seen:
                seen.add(config.file)
                yield from _mocks(config)
        for one in unit.dependencies:
            yield from _place(repo, known, unit, one)
        yield from _outputs(known, unit)
    yield from _cycles(known)


def _finding(file: str, line: int, message: str, hint: str = "") -> Finding:
    return Finding(file, line, ID, visible(message), LEVEL, visible(hint))


def _place(
    repo: Repository, known: Mapping[str, Unit], unit: Unit, one: Dependency
) -> Iterator[Finding | NotChecked]:
    what = f"dependency {one.name}" if one.name else "a dependency"
    if isinstance(one.folder, Unknown):
        yield NotChecked(ID, f"where {what} of {unit.folder} lies is known to a run only", one.file)
    elif one.folder is None:
        yield _finding(one.file, one.line, f"{what} of {unit.folder} lies out of the repository")
    elif one.folder not in known:
        there = "holds no terragrunt.hcl" if repo.is_dir(one.folder) else "is not there"
        near = difflib.get_close_matches(one.folder, known, n=1)
        hint = f"did you mean {near[0]}?" if near else ""
        yield _finding(one.file, one.line, f"{what}: {one.folder} {there}", hint)


def _outputs(known: Mapping[str, Unit], unit: Unit) -> Iterator[Finding | NotChecked]:
    """Outputs that its own file uses, and those that stand in for them."""
    by_name = {one.name: one for one in unit.dependencies if one.name}
    told: set[tuple[str, str, int]] = set()
    for config in unit.configs:
        for name, output, line in _used(config):
            if (name, output, line) in told:
                continue
            told.add((name, output, line))
            if name not in by_name:
                yield _finding(config.file, line, f"there is no dependency {name}")
            elif output:
                yield from _output(known, by_name[name], config.file, line, output)
    for one in by_name.values():
        for output in one.mocks if isinstance(one.mocks, dict) else ():
            yield from _output(known, one, one.file, one.line, str(output))


def _output(
    known: Mapping[str, Unit], one: Dependency, file: str, line: int, output: str
) -> Iterator[Finding | NotChecked]:
    target = known.get(one.folder) if isinstance(one.folder, str) else None
    if target is None:
        return
    if target.module is None:
        reason = f"the module of {target.folder} is not in this repository: nothing tells if it "
        yield NotChecked(ID, f"{reason}has an output {output}", file)
        return
    declared = [block.labels[0] for _, block in target.module.blocks("output") if block.labels]
    if output not in declared:
        near = difflib.get_close_matches(output, declared, n=1)
        message = f"{target.module.path}, which {one.folder} runs, has no output {output}"
        yield _finding(file, line, message, f"did you mean {near[0]}?" if near else "")


def _used(config: Config) -> Iterator[tuple[str, str, int]]:
    """Yield (dependency, output or "", line) for each use in a file."""
    for parts, line in config.traversals():
        if parts[0] == "dependency":
            output = parts[3] if len(parts) > 3 and parts[2] == "outputs" else ""
            yield parts[1], output, line


def _mocks(config: Config) -> Iterator[Finding]:
    for block in config.top.of("dependency"):
        if "mock_outputs" not in block.attributes:
            continue
        name = block.labels[0] if block.labels else ""
        commands = _commands(block)
        if commands is None:
            line = block.attributes["mock_outputs"].line
            message = f"what stands in for the outputs of {name} is not kept from being applied"
            hint = f'add {_MOCKED[0]} = ["init", "validate", "plan"]'
            yield _finding(config.file, line, message, hint)
        elif isinstance(commands, list):
            for one in commands:
                if isinstance(one, str) and _CHANGES.search(one):
                    line = next(
                        block.attributes[key].line for key in _MOCKED if key in block.attributes
                    )
                    message = f"what stands in for the outputs of {name} is used by {one}"
                    yield _finding(config.file, line, message)


def _commands(block: Block) -> object:
    return next((block.value(key) for key in _MOCKED if key in block.attributes), None)


def _cycles(known: Mapping[str, Unit]) -> Iterator[Finding]:
    """One finding for each way that leads back to a unit, at the unit where it is met first."""
    done: set[str] = set()
    for start in known:
        on_way: dict[str, None] = {}
        waiting = [(start, iter(known[start].dependencies))] if start not in done else []
        if waiting:
            on_way[start] = None
        while waiting:
            folder, rest = waiting[-1]
            for one in rest:
                if one.folder in on_way:
                    steps = [*on_way]
                    ring = [*steps[steps.index(one.folder) :], one.folder]
                    message = f"units wait for each other: {' -> '.join(ring)}"
                    yield _finding(one.file, one.line, message, "take one of them out")
                elif one.folder in known and one.folder not in done:
                    on_way[one.folder] = None
                    waiting.append((one.folder, iter(known[one.folder].dependencies)))
                    break
            else:
                done.add(folder)
                on_way.pop(folder, None)
                waiting.pop()
