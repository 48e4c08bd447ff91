"""Runs rules on a repository and puts together what they say. Nothing of the repository runs."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from blueprints.check import extras, registry, suppressions
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.registry import Rule
from blueprints.check.repository import Repository
from blueprints.check.result import ONLY_WITH, CheckResult
from blueprints.check.settings import OFF, Settings, load_settings
from blueprints.check.tools.tool import names as tool_names
from blueprints.check.tools.tool import tool as tool_of
from blueprints.check.tools.tool import use
from blueprints.errors import ExpectedError

LAST = ("unreadable-file",)
"""Rules that tell what the others met."""


class NoSuchLevelError(ExpectedError):
    """No level is called so."""

    kind = "usage"
    exit_code = 2


def level_named(name: str) -> Level:
    """The level of `--fail-on`. Raises NoSuchLevelError."""
    for level in Level:
        if str(level) == name:
            return level
    raise NoSuchLevelError(f"no level is called {name}; there are note, warning, error")


@dataclass(frozen=True)
class Asked:
    """What a check is asked for."""

    settings: Path | None = None
    crds: Path | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    fail_on: Level | None = None
    """None: what the settings say."""
    strict: bool = False
    history: bool = True
    """Look for secrets in the Git history too."""
    tools: tuple[str, ...] = ()
    """External programs to run as well."""
    trusted: bool = False
    """They may load code from the repository."""
    path: str = ""
    """Where programs are looked for, as in PATH."""


def check(
    folder: Path,
    asked: Asked,
    today: dt.date,
    progress: Callable[[str], None] = lambda _: None,
) -> CheckResult:
    """Check a repository.

    Raises ExpectedError where it, the settings, or a rule or tool that is named cannot be had.
    """
    wanted = registry.chosen(asked.only, asked.without)
    tools = registry.tools(asked.tools)
    progress("reading the repository")
    repo = Repository(folder)
    settings = replace(
        load_settings(repo, asked.settings), crds=asked.crds, history=asked.history, today=today
    )
    repo.settings = settings
    ran = [rule for rule in wanted if settings.levels.get(rule.id) != OFF]
    found, not_checked = run_rules(repo, settings, ran, progress)
    names = [rule.id for rule in ran]
    for tool in tools:
        progress(f"running {tool.name}")
        for one in use(tool, repo, asked.path, trusted=asked.trusted):
            if isinstance(one, NotChecked):
                not_checked.append(one)
            else:
                found.append(_set(one, settings))
        names.append(tool.name)
    if suppressions.RULE in names:
        stale = suppressions.unused(settings, today, found, names)
        found.extend(_leveled(one, registry.rule(suppressions.RULE), settings) for one in stale)
    standing, suppressed = suppressions.apply(found, settings, today)
    return CheckResult(
        repository=str(folder),
        findings=tuple(sorted(set(standing))),
        suppressed=tuple(sorted(set(suppressed), key=lambda one: one.finding)),
        not_checked=tuple(sorted(set(not_checked))),
        not_asked=tuple(_not_asked(asked, settings, wanted, repo)),
        rules={one.id: one.summary for one in ran} | {one.name: one.summary for one in tools},
        files=len(repo.files),
        objects=len(repo.objects),
        fail_on=asked.fail_on or settings.fail_on,
        strict=asked.strict,
    )


def run_rules(
    repo: Repository,
    settings: Settings,
    rules: Sequence[Rule],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[list[Finding], list[NotChecked]]:
    """Everything that rules say of a repository, with the levels that the settings give.

    A rule that stops with a bug is a finding of its own, so that no repository can silence it.
    """
    found: list[Finding] = []
    not_checked: list[NotChecked] = []
    unknown = _not_rendered(repo)
    for rule in sorted(rules, key=lambda rule: (rule.id in LAST, rule.id)):
        progress(f"checking: {rule.id}")
        try:
            for one in rule.check(repo, settings):
                if isinstance(one, NotChecked):
                    not_checked.append(one)
                elif rule.needs_all and unknown:
                    reason = f"{one.message}, unless the chart {unknown} has it: not rendered"
                    not_checked.append(NotChecked(rule.id, reason, one.file))
                else:
                    found.append(_leveled(one, rule, settings))
        except MemoryError:
            raise
        except ModuleNotFoundError as error:
            left = extras.without(rule.id, error.name or "")
            if left is None:
                found.append(_stopped(rule, error))
            else:
                not_checked.append(left)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other rules still run
            found.append(_stopped(rule, error))
    return found, not_checked


def _not_rendered(repo: Repository) -> str:
    """The first chart whose objects nobody knows; "" where there is none."""
    for one in repo.renderings:
        if one.error or not one.installed:
            return one.release.chart or "."
    return ""


def _leveled(one: Finding, rule: Rule, settings: Settings) -> Finding:
    return _set(replace(one, level=min(one.level, rule.level)), settings)


def _set(one: Finding, settings: Settings) -> Finding:
    """The level that the settings give to all findings of a rule or tool."""
    said = settings.levels.get(one.rule)
    return replace(one, level=said) if isinstance(said, Level) else one


def _stopped(rule: Rule, error: Exception) -> Finding:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        where = f" in {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return Finding(
        "",
        0,
        rule.id,
        f"the rule stopped with a bug ({type(error).__name__}{where}); what it would say of this "
        "repository is not known",
        hint=f"report it; meanwhile leave the rule out: --without {rule.id}",
    )


def _not_asked(
    asked: Asked, settings: Settings, wanted: Iterable[Rule], repo: Repository
) -> Iterator[NotChecked]:
    for name in tool_names():
        if name not in asked.tools and tool_of(name).concerns(repo):
            also = " --unsafe-trust-repo" if not tool_of(name).safe_part else ""
            yield NotChecked(name, f"{ONLY_WITH}{name}{also}")
    if not asked.history:
        yield NotChecked("secret", "the Git history: left out by --no-history")
    for name in asked.without:
        yield NotChecked(name, "left out by --without")
    for rule in wanted:
        if rule.id in settings.off:
            yield NotChecked(rule.id, f"switched off by {settings.off[rule.id]}")
