"""A Terragrunt unit does not give its module what it needs, or gives what it does not take.

Looks at the `inputs` of every `terragrunt.hcl`, with those of what it includes, against the
variables of the module in this repository that it runs: one without a default is given, each that
is given is declared, and its value, where the repository says it, is of its type. Values are worked
out from the files that `yamldecode(file(...))` reads; an entry that they do not have is told, as is
a module that is not there. Outputs of other units and the environment are known to a run only.

An input that no variable takes is passed over without a word; one that is missing stops the run
and asks for it at the terminal, which no job has.

Declare the variable, or correct the name or the value.
"""

import difflib
from collections.abc import Iterator, Mapping

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.modules import Folder
from blueprints.check.tofu.reader import Block
from blueprints.check.tofu.terragrunt import Unit, local_source, units
from blueprints.check.tofu.types import mismatches
from blueprints.check.tofu.values import Unknown
from blueprints.display import visible

ID = "terragrunt-input"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every input that does not fit, unit by unit."""
    shared: dict[tuple[str, str, int], bool] = {}
    for unit in units(repo).values():
        yield from _module(unit)
        given = unit.inputs
        if given is None:
            yield NotChecked(ID, f"the inputs of {unit.folder} are known to a run only", unit.file)
        elif unit.module is not None:
            declared = _variables(unit.module)
            yield from _inputs(unit, unit.module, declared)
            for file, name, line in _offered(unit):
                key = (file, name, line)
                shared[key] = shared.get(key, False) or name in declared
        yield from _wrong(unit)
    for (file, name, line), taken in shared.items():
        if not taken:
            yield _finding(file, line, f"no unit that includes it has a module with {name}")


def _finding(file: str, line: int, message: str, hint: str = "") -> Finding:
    return Finding(file, line, ID, visible(message), LEVEL, visible(hint))


def _variables(module: Folder) -> dict[str, Block]:
    return {block.labels[0]: block for _, block in module.blocks("variable") if block.labels}


def _module(unit: Unit) -> Iterator[Finding | NotChecked]:
    if unit.source is None:
        if unit.module is None and not unit.dependencies:
            yield _finding(unit.file, 1, "runs no module: nothing says terraform { source = ... }")
        return
    file, line, value = unit.source
    if isinstance(value, Unknown):
        yield NotChecked(ID, f"the module of {unit.folder} is known to a run only", unit.file)
    elif unit.module is None:
        path = local_source(value, unit.folder)
        if path is None and str(value).startswith("."):
            yield _finding(file, line, f"the module {value} lies out of the repository")
        elif path is None:
            yield NotChecked(ID, f"the module {value} is not in this repository", unit.file)
        else:
            yield _finding(file, line, f"there is no module {path}, which {unit.folder} runs")


def _inputs(unit: Unit, module: Folder, declared: Mapping[str, Block]) -> Iterator[Finding]:
    given = unit.inputs or {}
    for name, block in declared.items():
        if "default" not in block.attributes and name not in given:
            line = next(
                (a.line for a in [unit.config.top.attributes.get("inputs")] if a is not None), 1
            )
            message = f"gives no {name}, which {module.path} needs"
            yield _finding(unit.file, line, message, f"add {name} = to inputs")
    for name, one in given.items():
        if name not in declared:
            if one.file == unit.file:
                near = difflib.get_close_matches(name, declared, n=1)
                hint = f"did you mean {near[0]}?" if near else ""
                message = f"gives {name}, which {module.path} does not declare"
                yield _finding(one.file, one.line, message, hint)
            continue
        type_ = declared[name].attributes.get("type")
        for place, words in mismatches(one.value, type_.text) if type_ else ():
            said = f"{name}{place} {words}; {module.path} declares it so"
            yield _finding(unit.file, one.line if one.file == unit.file else 1, said)


def _offered(unit: Unit) -> Iterator[tuple[str, str, int]]:
    """Yield file, name and line of what a unit gets from files that it includes."""
    for config in unit.configs[1:]:
        attribute = config.top.attributes.get("inputs")
        value = config.value(attribute)
        for name in value if attribute is not None and isinstance(value, dict) else ():
            yield config.file, str(name), attribute.line if attribute else 0


def _wrong(unit: Unit) -> Iterator[Finding]:
    """What stops a run while values are worked out."""
    _ = (unit.state, unit.dependencies)
    for config in (unit.config, *unit.config.parents.values()):
        config.all_locals()
    lines = {
        unit.config.parents[one.name].file: one.line
        for one in unit.includes
        if one.name in unit.config.parents
    }
    for one in dict.fromkeys(unit.wrong):
        if one.file == unit.file:
            yield _finding(one.file, one.line, one.message)
        else:
            message = f"{one.file}:{one.line}: {one.message}"
            yield _finding(unit.file, lines.get(one.file, 1), message)
