"""A Terragrunt unit says something else than all other units of its module.

Looks at every `terragrunt.hcl` with a module of which there are four units or more: where all
others say the same (the path of a file that is read, a dependency, an input, a source), the one
that differs is named. Values that are written out are each unit's own: a difference between two
texts or numbers is none, one between two expressions is.

Units are copied. The copy that still reads the versions of another environment, or depends on the
cluster that it was copied from, plans without an error.

Write what the others say, or put what is special into the data that all of them read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.reader import Block, Expression, read
from blueprints.check.tofu.terragrunt import Unit, units
from blueprints.display import visible

ID = "terragrunt-unit"
LEVEL = Level.WARNING

_FEWEST = 4
"""Units of a module from which on one that differs is a mistake."""
_LONGEST = 60
_PATHS = ("config_path", "source", "path")
"""Texts that are the same everywhere because they are relative."""

Said = dict[str, tuple[str, int]]
"""Where something is said -> what, and its line."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every unit that is alone with what it says."""
    modules: dict[str, list[Unit]] = defaultdict(list)
    for unit in units(repo).values():
        if unit.module is not None:
            modules[unit.module.path].append(unit)
    for same in modules.values():
        if len(same) >= _FEWEST:
            yield from _odd({unit.file: said(read(repo.text(unit.file))) for unit in same})


def _odd(files: Mapping[str, Said]) -> Iterator[Finding]:
    for place in sorted({place for one in files.values() for place in one}):
        words = Counter(one[place][0] if place in one else "" for one in files.values())
        (usual, often), *others = words.most_common()
        if not others or often < len(files) - 1 or "" in (usual, others[0][0]):
            continue
        for file, one in files.items():
            if one[place][0] != usual:
                message = f"{place} is {_short(one[place][0])}; for {often} others of its module "
                message += f"it is {_short(usual)}"
                yield Finding(file, one[place][1], ID, visible(message), LEVEL)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def said(block: Block, at: str = "") -> Said:
    """Everything in a file that is an expression, or a path, by where it stands."""
    found: Said = {}
    for name, attribute in block.attributes.items():
        place = f"{at}{name}"
        value = attribute.value
        if isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, Expression):
                    found[f"{place}.{key}"] = (" ".join(inner.text.split()), attribute.line)
        elif isinstance(value, Expression) or name in _PATHS:
            found[place] = (" ".join(attribute.text.split()), attribute.line)
    for inner_block in block.blocks:
        name = " ".join((inner_block.type, *inner_block.labels))
        found |= said(inner_block, f"{at}{name}: ")
    return found
