"""A Terragrunt file includes what is not there, without a name, or writes files without saying how.

Looks at every `terragrunt.hcl` and what it includes: each `include` has a name and a path to a file
of the repository that is not called `terragrunt.hcl` itself and includes nothing in turn; a unit
beside others that include a root includes one too; each `generate`, that of `remote_state` as
well, says by `if_exists` what happens to a file that is there, and no two write the same file.

An include without a name and a root that is called `terragrunt.hcl` are deprecated and go with
Terragrunt 1.0 (a root of that name is run as a unit by `run --all`); what is not there stops
every run.

Write `include "root" { path = find_in_parent_folders("root.hcl") }` and
`if_exists = "overwrite_terragrunt"`.
"""

import posixpath
from collections import Counter
from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.terragrunt import UNIT, Config, Include, Unit, units
from blueprints.check.tofu.values import Unknown
from blueprints.display import visible

ID = "terragrunt-include"
LEVEL = Level.ERROR

_IF_EXISTS = ("overwrite", "overwrite_terragrunt", "skip", "error")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every include and generated file that is not as it should be."""
    known = units(repo)
    seen: set[str] = set()
    rooted = any(unit.includes for unit in known.values())
    for unit in known.values():
        for one in unit.includes:
            yield from _include(repo, unit, one)
        names = Counter(one.name for one in unit.includes)
        for one in unit.includes:
            if one.name and names[one.name] > 1:
                yield _finding(unit.file, one.line, f"include {one.name} stands there twice")
                break
        if rooted and not unit.includes:
            hint = 'include "root" { path = find_in_parent_folders("root.hcl") }'
            yield _finding(unit.file, 1, "includes no root, as other units do", hint)
        for config in (unit.config, *unit.config.parents.values()):
            if config.file not in seen:
                seen.add(config.file)
                yield from _generated(config)
                if config is not unit.config:
                    yield from _nested(config)
        yield from _same_file(unit)


def _finding(file: str, line: int, message: str, hint: str = "") -> Finding:
    return Finding(file, line, ID, visible(message), LEVEL, visible(hint))


def _include(repo: Repository, unit: Unit, one: Include) -> Iterator[Finding | NotChecked]:
    what = f"include {one.name}" if one.name else "an include"
    if not one.name:
        yield _finding(unit.file, one.line, "an include has no name", 'write include "root" {')
    if one.problem:
        yield _finding(unit.file, one.line, f"{what} leads nowhere: {one.problem}")
    elif isinstance(one.path, Unknown):
        yield NotChecked(
            ID, f"what {what} of {unit.folder} reads is known to a run only", unit.file
        )
    elif one.path is None:
        yield _finding(unit.file, one.line, f"{what} leads out of the repository")
    elif not repo.exists(one.path):
        yield _finding(unit.file, one.line, f"{what}: there is no {one.path}")
    elif posixpath.basename(one.path) == UNIT:
        message = f"{what} reads {one.path}, which Terragrunt takes for a unit"
        yield _finding(unit.file, one.line, message, "call it root.hcl")


def _nested(config: Config) -> Iterator[Finding]:
    for block in config.top.of("include"):
        message = "is included and includes another file: Terragrunt reads one level only"
        yield _finding(config.file, block.line, message)


def _generated(config: Config) -> Iterator[Finding]:
    for block in config.top.of("generate"):
        name = block.labels[0] if block.labels else ""
        for key in ("path", "contents", "if_exists"):
            if key not in block.attributes:
                hint = 'if_exists = "overwrite_terragrunt"' if key == "if_exists" else f"add {key}"
                yield _finding(config.file, block.line, f"generate {name} has no {key}", hint)
        yield from _if_exists(
            config,
            block.attributes["if_exists"].line if "if_exists" in block.attributes else 0,
            f"generate {name}",
            block.value("if_exists"),
        )
    for block in config.top.of("remote_state"):
        attribute = block.attributes.get("generate")
        generate = attribute.value if attribute else None
        if attribute and isinstance(generate, dict):
            for key in ("path", "if_exists"):
                if key not in generate:
                    message = f"generate of remote_state has no {key}"
                    yield _finding(config.file, attribute.line, message)
            said = generate.get("if_exists")
            yield from _if_exists(config, attribute.line, "generate of remote_state", said)


def _if_exists(config: Config, line: int, what: str, said: object) -> Iterator[Finding]:
    if isinstance(said, str) and said not in _IF_EXISTS:
        message = f"{what}: if_exists is {said}, which is none of {', '.join(_IF_EXISTS)}"
        yield _finding(config.file, line, message)


def _same_file(unit: Unit) -> Iterator[Finding]:
    """Two blocks of one unit that write the same file: the last one wins."""
    seen: dict[str, str] = {}
    for config in unit.configs:
        for block in config.top.of("generate"):
            name = block.labels[0] if block.labels else ""
            path = block.value("path")
            other = seen.setdefault(path, name) if isinstance(path, str) else name
            if other != name:
                message = f"generate {name} writes {path}, as generate {other} does"
                yield _finding(config.file, block.line, message)
