"""The rules: every module of `blueprints/check/rules` is one, and of each package that another room
names as an entry point `tutela.rules`; there is no other list."""

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tools.tool import Tool, tool
from blueprints.check.tools.tool import names as tool_names
from blueprints.errors import ExpectedError

Check = Callable[[Repository, Settings], Iterator[Finding | NotChecked]]
GROUP = "tutela.rules"
"""Entry points of packages with rules; the name is the room's, for people."""
OWN = "blueprints.check.rules"


@dataclass(frozen=True)
class Rule:
    """One rule: the module `<id with _>.py` of one of `packages`."""

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


class BrokenRulesError(ExpectedError):
    """A package of rules that is installed cannot be used; a check without it would say less."""

    kind = "broken rules"


def packages() -> tuple[str, ...]:
    """The packages whose modules are the rules: this room's, then those that others name."""
    named = {one.value for one in entry_points(group=GROUP)}
    return (OWN, *sorted(named - {OWN}))


@cache
def _modules() -> dict[str, str]:
    """From the id of each rule to its module. Raises BrokenRulesError."""
    found: dict[str, str] = {}
    for package in packages():
        try:
            path = importlib.import_module(package).__path__
        except (ImportError, AttributeError) as error:
            raise BrokenRulesError(f"the rules of {package} cannot be loaded: {error}") from error
        for one in pkgutil.iter_modules(path):
            name, module = one.name.replace("_", "-"), f"{package}.{one.name}"
            if name in found:
                raise BrokenRulesError(f"two rules are called {name}: {found[name]} and {module}")
            found[name] = module
    return dict(sorted(found.items()))


def ids() -> tuple[str, ...]:
    """The ids of all rules, sorted: the names of their files. Raises BrokenRulesError."""
    return tuple(_modules())


def package_of(name: str) -> str:
    """The package that the rule with this id, one of `ids`, is a module of."""
    return _modules()[name].rpartition(".")[0]


@cache
def rule(name: str) -> Rule:
    """The rule with this id, one of `ids`."""
    module = importlib.import_module(_modules()[name])
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
