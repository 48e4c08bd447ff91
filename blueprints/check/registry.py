"""The rules: every module of `blueprints/check/rules` is one, and there is no other list."""

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from blueprints.check import rules as folder
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tools.tool import Tool, tool
from blueprints.check.tools.tool import names as tool_names
from blueprints.errors import ExpectedError

Check = Callable[[Repository, Settings], Iterator[Finding | NotChecked]]


@dataclass(frozen=True)
class Rule:
    """One rule: the module `rules/<id with _>.py`."""

    id: str
    level: Level
    """What its findings are at most; settings can say otherwise."""
    documentation: str
    """The module's docstring: a summary, an empty line, then what, why and how to mend."""
    check: Check
    needs_all: bool = False
    """It says what is not there, so what a chart holds that was not rendered could be it."""

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return self.documentation.partition("\n")[0]


class NoSuchRuleError(ExpectedError):
    """No rule is called so."""

    kind = "no such rule"
    exit_code = 2


def ids() -> tuple[str, ...]:
    """The ids of all rules, sorted: the names of their files."""
    names = (one.name for one in pkgutil.iter_modules(folder.__path__))
    return tuple(sorted(name.replace("_", "-") for name in names))


@cache
def rule(name: str) -> Rule:
    """The rule with this id, one of `ids`."""
    module = importlib.import_module(f"{folder.__name__}.{name.replace('-', '_')}")
    needs_all: bool = getattr(module, "NEEDS_ALL", False)
    return Rule(module.ID, module.LEVEL, inspect.getdoc(module) or "", module.check, needs_all)


def rules() -> tuple[Rule, ...]:
    """Every rule, sorted by id."""
    return tuple(map(rule, ids()))


def tools(names: Iterable[str]) -> tuple[Tool, ...]:
    """The external tools of these names. Raises NoSuchRuleError."""
    for name in names:
        if name not in tool_names():
            raise NoSuchRuleError(f"no tool is called {name}; there are {', '.join(tool_names())}")
    return tuple(map(tool, dict.fromkeys(names)))


def chosen(only: Iterable[str] = (), without: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules of a run: `only` these, or all, `without` those. Raises NoSuchRuleError."""
    only, without = tuple(only), tuple(without)
    known = ids()
    for name in (*only, *without):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise NoSuchRuleError(
                f"no rule is called {name}", *(f"did you mean {one}?" for one in near)
            )
    return tuple(rule(name) for name in known if (not only or name in only) and name not in without)
