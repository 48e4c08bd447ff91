"""The figures of a campaign, for `docs/proved.md`."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.blueprints.mutation.campaign import Outcome, Tally
from tests.blueprints.mutation.material import OPERATORS

BEGIN, END = "<!-- mutants of {}: begin -->", "<!-- mutants of {}: end -->"
"""Between them everything is written by `python -m tests.blueprints.mutation --write`."""


def text(changed: Sequence[Outcome], kept: Sequence[Outcome], seed: str, day: dt.date) -> str:
    """The section, without its heading."""
    tally = Tally()
    for outcome in changed:
        tally.add(outcome)
    return "\n".join(
        [
            *_summary(tally, changed, kept, seed, day),
            "",
            *_operators(tally),
            "",
            *_folders(tally, changed),
            "",
            *_rules(tally),
            "",
            *_missed(tally),
            "",
        ]
    )


def write(page: Path, section: str, blueprint: str) -> None:
    """Put the section into a page, in place of what stood between the two marks."""
    begin, end = BEGIN.format(blueprint), END.format(blueprint)
    before, mark, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    if not mark:
        raise SystemExit(f"{page} has no line {begin}")
    page.write_text(f"{before}{begin}\n{section}{end}{after}", encoding="utf-8")


def _summary(
    tally: Tally, changed: Sequence[Outcome], kept: Sequence[Outcome], seed: str, day: dt.date
) -> Iterator[str]:
    several = Counter(one.repository for one in changed)
    wrong = [one for one in kept if one.changes or one.rules]
    counted = tally.found + len(tally.missed)
    yield f"Seed `{seed}`, {day}: {tally.made:,} mutants of {len(several)} repositories"
    yield f"({', '.join(sorted(several))}). {tally.same} of them mean what was there before;"
    yield f"of the other {counted:,}, **{tally.found:,} were found ({tally.share:.1%})**."
    yield f"{len(kept)} mutants in another form gave {len(wrong)} findings."


def _operators(tally: Tally) -> Iterator[str]:
    yield "| operator | change the meaning | found | |"
    yield "| --- | ---: | ---: | ---: |"
    for operator in OPERATORS:
        found, missed = tally.operators[operator, True], tally.operators[operator, False]
        total = found + missed
        yield f"| {operator} | {total} | {found} | {found / (total or 1):.1%} |"


def _folders(tally: Tally, changed: Sequence[Outcome]) -> Iterator[str]:
    """By the folder at the top, since one with large files has many of the nodes."""
    every = Counter(_top(one) for one in changed if one.changes)
    missed = Counter(_top(one) for one in tally.missed)
    yield "| folder | change the meaning | found | |"
    yield "| --- | ---: | ---: | ---: |"
    for name, total in sorted(every.items()):
        found = total - missed[name]
        yield f"| `{name}` | {total} | {found} | {found / total:.1%} |"


def _top(one: Outcome) -> str:
    return one.mutant.file.split("/")[0]


def _rules(tally: Tally) -> Iterator[str]:
    yield "| rule | mutants it found | no other did |"
    yield "| --- | ---: | ---: |"
    for rule, number in sorted(tally.rules.items(), key=lambda one: (-one[1], one[0])):
        yield f"| `{rule}` | {number} | {tally.alone[rule]} |"


def _missed(tally: Tally) -> Iterator[str]:
    yield f"Missed ({len(tally.missed)}):"
    yield ""
    for one in tally.missed:
        mutant = one.mutant
        place = f" `{mutant.place}`" if mutant.place else ""
        what = re.sub(r"([|<>*_`])", r"\\\1", mutant.what)
        where = f"{mutant.kind} in `{one.repository}/{mutant.file}`{place}"
        yield f"- {mutant.operator}, {where}: {what}"
