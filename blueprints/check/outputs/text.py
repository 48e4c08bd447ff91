"""A result for a person: what is wrong, where, and what to do; the worst first within a file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.result import ONLY_WITH, CheckResult
from blueprints.display import WIDTH, count, visible

MOST_OF_A_RULE = 20
"""Findings of one rule in one file that are shown; the others are counted."""


def text(result: CheckResult) -> str:
    """At most 100 columns wide; nothing in it acts on a terminal."""
    lines = [_headline(result), ""]
    for file, group in groupby(result.findings, key=lambda one: one.file):
        lines += [visible(file) or "the repository as a whole", *_of_file(group), ""]
    lines += _what_to_do(result)
    lines += _suppressed(result)
    lines += _section(
        "could not be checked",
        _not_checked(result.not_checked),
        " (fails: --strict)" * result.strict,
    )
    lines += _section("was not asked for", _not_asked(result))
    lines += [f"written: {visible(file)}" for file in result.written]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)


def _headline(result: CheckResult) -> str:
    told = [_plural(number, str(level)) for level, number in result.counts().items() if number]
    files = len({one.file for one in result.findings})
    what = f"{', '.join(told)} in {_plural(files, 'file')}" if told else "nothing found"
    looked = (
        f"{_plural(result.files, 'file')}, {_plural(result.objects, 'object')}, "
        f"{_plural(len(result.rules), 'rule')}"
    )
    return f"{what} ({looked})"


def _of_file(group: Iterable[Finding]) -> Iterator[str]:
    shown: Counter[str] = Counter()
    for one in group:
        shown[one.rule] += 1
        if shown[one.rule] > MOST_OF_A_RULE:
            continue
        line = str(one.line) if one.line else "-"
        yield from _wrapped(
            f"{line:>6}  {one.level!s:<9}", f"{visible(one.message)} [{visible(one.rule)}]"
        )
        if one.hint:
            yield from _wrapped(" " * 17, f"-> {visible(one.hint)}")
    for rule, number in shown.items():
        if number > MOST_OF_A_RULE:
            yield f"{'':8}and {count(number - MOST_OF_A_RULE)} more of {visible(rule)}"


def _what_to_do(result: CheckResult) -> list[str]:
    if not result.findings:
        return []
    worst = Counter(one.rule for one in result.failing)
    if not worst:
        return [f"nothing fails: all of it is below {result.fail_on} (--fail-on)", ""]
    lines = [f"{_plural(sum(worst.values()), 'finding')} to mend before this passes:"]
    for rule, number in sorted(worst.items(), key=lambda item: (-item[1], item[0])):
        lines += _wrapped(f"{count(number):>6}  ", f"{rule}: {result.rules.get(rule, '')}")
    return [*lines, ""]


def _suppressed(result: CheckResult) -> list[str]:
    groups = Counter((one.by.rule, one.by.reason, one.by.until) for one in result.suppressed)
    lines: list[str] = []
    for (rule, reason, until), number in sorted(groups.items()):
        told = f"{visible(rule)} until {until}: {visible(reason)}"
        lines += _wrapped(f"{count(number):>6}  ", told)
    return _section("suppressed", lines)


def _not_checked(entries: Iterable[NotChecked]) -> list[str]:
    """One line for each reason; the files are counted where there are several."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in entries:
        groups.setdefault((one.rule, one.reason), []).append(one.file)
    lines: list[str] = []
    for (rule, reason), files in groups.items():
        named = [visible(file) for file in files if file]
        where = f"{named[0]}: " if len(named) == 1 else ""
        rest = f" ({count(len(named))} files, such as {named[0]})" if len(named) > 1 else ""
        lines += _wrapped("  ", f"{visible(rule)}: {where}{visible(reason)}{rest}")
    return lines


def _not_asked(result: CheckResult) -> list[str]:
    """The external tools in one line."""
    tools = [one for one in result.not_asked if one.reason.startswith(ONLY_WITH)]
    told = ", ".join(one.reason.removeprefix(ONLY_WITH) for one in tools)
    lines = _wrapped("  ", f"external tools: --with {told}") if tools else []
    return [*_not_checked(one for one in result.not_asked if one not in tools), *lines]


def _section(title: str, lines: list[str], note: str = "") -> list[str]:
    return [f"{title}{note}:", *lines, ""] if lines else []


def _wrapped(head: str, told: str) -> list[str]:
    """A text after a head, further lines set under its start."""
    return wrap(
        told,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )


def _plural(number: int, word: str) -> str:
    return f"{count(number)} {word}{'' if number == 1 else 's'}"
