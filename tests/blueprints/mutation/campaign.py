"""Many mutants, each given to the check as a user would; what was found, by which rule.

The lock, the base render and the specification's twin are not there: a copy of the repository
without `tutela.lock` and `.tutela-base` is checked, and the rule that compares with them is off.
Each mutant has a number; with the seed it says everything about it, so one can be made again.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from blueprints.check.finding import Finding
from blueprints.check.run import Asked, check
from blueprints.check.settings import FILE
from blueprints.errors import ExpectedError
from tests.blueprints.mutation.material import Material
from tests.blueprints.mutation.mutant import Mutant
from tests.blueprints.mutation.normal import normal
from tests.blueprints.mutation.preserving import SAME, preserved

COMPARING = ("drift",)
"""Rules that compare with what was rendered: off."""
REFUSED = "(refused)"
"""Stands for a rule where the check stops with an error, because its settings cannot be read."""
_BUG = "the rule stopped with a bug"
TODAY = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant."""

    number: int
    repository: str
    mutant: Mutant
    changes: bool
    """Whether it means something else than the repository it was made from."""
    rules: frozenset[str]
    """Those that make the check fail."""
    words: str = ""
    """One of the findings."""
    bugs: tuple[str, ...] = ()
    """Rules that stopped with a bug; that finds nothing."""


@dataclass
class Lab:
    """A copy of a rendered repository in which one file at a time is another."""

    folder: Path
    material: Material
    asked: Asked
    forms: dict[str, object] = field(default_factory=dict)
    """The normal form of each file, once it was asked for."""
    before: frozenset[tuple[str, str]] = frozenset()
    """What the check says of the repository itself; nothing, for a good one."""

    @classmethod
    def of(cls, repository: Path, folder: Path) -> Lab:
        """A copy of the repository in a folder that is not there yet."""
        shutil.copytree(repository, folder, ignore=shutil.ignore_patterns(".git", ".tutela-base*"))
        (folder / "tutela.lock").unlink(missing_ok=True)
        lab = cls(folder, Material.of(folder), Asked(without=COMPARING, history=False))
        lab.before = frozenset(map(_said, lab._check()))
        return lab

    def _check(self) -> tuple[Finding, ...]:
        """What makes the check fail; a settings file that it refuses does."""
        try:
            return check(self.folder, self.asked, TODAY).failing
        except ExpectedError as error:
            return (Finding(FILE, 0, REFUSED, str(error)),)

    def judge(self, number: int, mutant: Mutant) -> Outcome:
        """Check the repository with this mutant in it."""
        old = self.material.files.get(mutant.file)
        if mutant.file not in self.forms:
            self.forms[mutant.file] = _form(mutant.file, old)
        changes = self.forms[mutant.file] != _form(mutant.file, mutant.content)
        if not changes and mutant.operator not in SAME:
            return Outcome(number, self.material.name, mutant, False, frozenset())
        file = self.folder / mutant.file
        try:
            if mutant.content is None:
                file.unlink()
            else:
                file.write_bytes(mutant.content)
            failing = [one for one in self._check() if _said(one) not in self.before]
        finally:
            if old is None:
                file.unlink()
            else:
                file.write_bytes(old)
        bugs = tuple(f"{one.rule}: {one.message}" for one in failing if _BUG in one.message)
        failing = [one for one in failing if _BUG not in one.message]
        rules = frozenset(one.rule for one in failing)
        first = failing[0] if failing else None
        words = f"{first.file}:{first.line}: {first.rule}: {first.message}" if first else ""
        return Outcome(number, self.material.name, mutant, changes, rules, words, bugs)


def _said(finding: Finding) -> tuple[str, str]:
    """A finding without its place, which another form of the file may move."""
    return finding.rule, finding.message


def _form(name: str, content: bytes | None) -> object:
    return None if content is None else normal(name, content)


def changing(labs: Sequence[Lab], seed: str, numbers: Iterable[int]) -> Iterator[Outcome]:
    """Mutants that change something; which one a number is depends on the seed alone."""
    for number in numbers:
        chance = random.Random(f"{seed}/{number}")
        lab = chance.choice(labs)
        yield lab.judge(number, lab.material.mutant(chance))


def preserving(labs: Sequence[Lab], seed: str, numbers: Iterable[int]) -> Iterator[Outcome]:
    """Mutants that differ in form only."""
    for number in numbers:
        chance = random.Random(f"{seed}/same/{number}")
        lab = chance.choice(labs)
        yield lab.judge(number, _in_another_form(lab.material, chance))


def _in_another_form(material: Material, chance: random.Random) -> Mutant:
    operator = chance.choice(SAME)
    names = sorted({*material.trees, *material.texts})
    while True:
        name = chance.choice(names)
        before = material.files[name].decode()
        text = preserved(operator, name, before, material.trees.get(name, []), chance)
        if text is not None and text != before:
            return Mutant(operator, name, text.encode(), "file", "", "another form")


@dataclass
class Tally:
    """Figures over outcomes."""

    made: int = 0
    same: int = 0
    """Of those that were to change something and mean what was there before."""
    found: int = 0
    missed: list[Outcome] = field(default_factory=list)
    operators: Counter[tuple[str, bool]] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    """Mutants that only this rule found."""
    bugs: list[str] = field(default_factory=list)
    """Rules that stopped, and at which mutant."""

    def add(self, outcome: Outcome) -> None:
        """Count one."""
        self.made += 1
        self.bugs.extend(f"{outcome.number}: {bug}" for bug in outcome.bugs)
        if not outcome.changes:
            self.same += 1
            return
        self.operators[outcome.mutant.operator, bool(outcome.rules)] += 1
        if not outcome.rules:
            self.missed.append(outcome)
            return
        self.found += 1
        self.rules.update(outcome.rules)
        if len(outcome.rules) == 1:
            self.alone.update(outcome.rules)

    def __str__(self) -> str:
        changing = self.found + len(self.missed)
        words = f"{self.made} mutants, {self.same} mean the same"
        return f"{words}, {self.found} of {changing} found ({self.share:.1%})"

    @property
    def share(self) -> float:
        """Of the mutants that mean something else, the share that was found."""
        return self.found / (self.found + len(self.missed) or 1)
