"""From chains that jump to one list of rules, the first that fits wins: for a hook and a family.

A jump's rules are taken in with what they fit cut down to what jumps; what returns is taken out of
what the rest of its chain sees. nft(8): an accept ends the evaluation of its base chain only, and
a packet has to pass every base chain of the hook. Chains that only ever drop come first here, as
their order does not matter; more than one that accepts what another may drop is not modelled.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from tce.read.nft_keys import PORTS
from tce.read.nft_rules import Chain, Entry, Line, Table, Verdict
from tce.read.ranges import Ranges, every, meet
from tce.read.refuse import refuse
from tce.space.filter import Action, Filter, Point, Rule
from tce.space.header import FAMILIES, FIELDS, Box, Family, Field, Range

Space: TypeAlias = tuple[Range, ...]
"""A range for each field, in their order: a box before it is one."""
_PROTO = FIELDS.index(Field.PROTO)
_DEEPEST = 16
"""Jumps, as in the kernel (NFT_JUMP_STACK_SIZE)."""
_MOST_PARTS = 1_000
"""Parts of what a chain still sees after returns."""
_MOST = 500_000
"""Boxes; a file that comes to more is not modelled."""


def flatten(tables: Sequence[Table], file: str) -> tuple[Filter, ...]:
    """Forward and input, each for both families."""
    points: tuple[Point, ...] = ("forward", "input")
    return tuple(_filter(tables, file, point, family) for point in points for family in FAMILIES)


def _filter(tables: Sequence[Table], file: str, point: Point, family: Family) -> Filter:
    first: list[Rule] = []
    deciding: list[tuple[Chain, tuple[Rule, ...]]] = []
    line = min((one.line for one in tables), default=1)
    logs = True
    for table in tables:
        for chain in table.chains.values():
            if chain.hook != point or family not in table.families:
                continue
            rules = tuple(_Walk(table, file, family).rules(chain))
            logs &= _logs(chain, family)
            line = chain.policy_line or chain.line
            if chain.policy == "accept" and all(one.action == "drop" for one in rules):
                first += rules
            else:
                deciding.append((chain, rules))
    if len(deciding) > 1:
        where = ", ".join(f"line {chain.line}" for chain, _ in deciding)
        what = f"more than one chain that accepts at {point} ({where}) is not modelled"
        raise refuse(file, deciding[1][0].line, what)
    default: Action = "accept"
    for chain, rules in deciding:
        first += rules
        default, line = chain.policy, chain.policy_line or chain.line
    return Filter(
        device="perimeter",
        format="nftables",
        file=file,
        family=family,
        point=point,
        stateful=True,
        rules=tuple(first),
        default=default,
        default_line=line,
        logs=logs and bool(first or deciding),
    )


def _logs(chain: Chain, family: Family) -> bool:
    """Whether what the policy drops, and what rules of the chain itself drop, is logged."""
    drops = [one for one in chain.rules if one.verdict == Verdict("drop")]
    last = chain.rules[-1] if chain.rules else None
    by_policy = chain.policy == "accept" or (
        last is not None
        and last.logs
        and all(_all_of(entry, family) for one in last.clauses for entry in one.entries)
    )
    return by_policy and all(one.logs for one in drops)


def _all_of(entry: Entry, family: Family) -> bool:
    return family in entry.families and not entry.needs


@dataclass(frozen=True)
class _Case:
    """A rule, or an element of one, and what it fits if nothing came before."""

    line: int
    text: str
    verdict: Verdict
    fits: list[Space]
    ports: bool


class _Walk:
    def __init__(self, table: Table, file: str, family: Family) -> None:
        self.table = table
        self.file = file
        self.family = family
        self.whole: Space = tuple(every(field, family)[0] for field in FIELDS)
        self.count = 0

    def rules(self, chain: Chain) -> Iterator[Rule]:
        """Of a base chain."""
        return self._chain(chain, [self.whole], 0)

    def _chain(self, chain: Chain, space: list[Space], depth: int) -> Iterator[Rule]:
        if depth > _DEEPEST:
            raise refuse(self.file, chain.line, f"more than {_DEEPEST} jumps, or a circle of them")
        for line in chain.rules:
            for case in self._cases(line):
                if not space:
                    return
                fits = self._within(case, space)
                if case.verdict.step in ("jump", "goto"):
                    if fits:
                        yield from self._chain(self._target(case), fits, depth + 1)
                elif case.verdict.step != "return" and (fits or (not case.fits and not depth)):
                    boxes = tuple(Box(self.family, one) for one in fits)
                    action: Action = "accept" if case.verdict.step == "accept" else "drop"
                    yield Rule(case.line, case.text, action, boxes)
                if case.verdict.step in ("goto", "return"):
                    space = self._left(space, fits, case)

    def _left(self, space: list[Space], away: Iterable[Space], case: _Case) -> list[Space]:
        """What of a space does not fit a case, in parts that do not overlap."""
        for other in away:
            space = [part for one in space for part in _parts(one, other)]
            if len(space) > _MOST_PARTS:
                raise refuse(self.file, case.line, "too many ways to return")
        return space

    def _target(self, case: _Case) -> Chain:
        chain = self.table.chains.get(case.verdict.chain)
        if chain is None or chain.hook is not None:
            raise refuse(self.file, case.line, f"there is no chain {case.verdict.chain} to go to")
        return chain

    def _within(self, case: _Case, space: list[Space]) -> list[Space]:
        if space == [self.whole]:
            found = case.fits
        else:
            found = [both for one in space for fit in case.fits if (both := _both(one, fit))]
        if case.ports and any(one[_PROTO][0] != one[_PROTO][1] for one in found):
            raise refuse(self.file, case.line, "ports of any protocol are not modelled")
        if case.ports and any(one[_PROTO][0] not in PORTS for one in found):
            raise refuse(self.file, case.line, "ports of a protocol without ports")
        self.count += len(found)
        if self.count > _MOST:
            raise refuse(self.file, case.line, f"the ruleset comes to more than {_MOST} boxes")
        return found

    def _cases(self, line: Line) -> Iterator[_Case]:
        """Of an element each, where one clause of the rule is a set or a map."""
        many = [one for one in line.clauses if one.elements]
        maps = [one for one in many if any(entry.verdict for entry in one.entries)]
        alone = maps[0] if maps else many[0] if len(many) == 1 else None
        others = [one.entries for one in line.clauses if one is not alone]
        for entry in alone.entries if alone is not None else (None,):
            verdict = line.verdict if entry is None else entry.verdict or line.verdict
            if verdict is None:
                continue
            chosen = [(entry,), *others] if entry is not None else others
            joined = [one for one in map(self._joined, product(*chosen)) if one is not None]
            if not joined:
                continue
            yield _Case(
                line.line if entry is None else entry.line,
                line.text if entry is None else entry.text,
                verdict,
                [fit for needs, _ in joined for fit in self._spaces(needs)],
                any(ports for _, ports in joined),
            )

    def _joined(self, entries: Iterable[Entry]) -> tuple[dict[Field, Ranges], bool] | None:
        """What fits all of them; None where that is nothing that the model has."""
        needs: dict[Field, Ranges] = {}
        ports = False
        for entry in entries:
            if self.family not in entry.families or entry.outside:
                return None
            ports |= entry.ports
            for field, fits in entry.needs.items():
                needs[field] = meet(needs[field], fits) if field in needs else fits
        return needs, ports

    def _spaces(self, needs: Mapping[Field, Ranges]) -> Iterable[Space]:
        whole = zip(FIELDS, self.whole, strict=True)
        return product(*(needs.get(field, (full,)) for field, full in whole))


def _both(one: Space, other: Space) -> Space | None:
    found = []
    for (a, b), (c, d) in zip(one, other, strict=True):
        low, high = max(a, c), min(b, d)
        if low > high:
            return None
        found.append((low, high))
    return tuple(found)


def _parts(one: Space, away: Space) -> Iterator[Space]:
    """What is left of one once the other is taken out."""
    if _both(one, away) is None:
        yield one
        return
    for place, ((low, high), (first, last)) in enumerate(zip(one, away, strict=True)):
        if low < first:
            yield (*one[:place], (low, first - 1), *one[place + 1 :])
        if last < high:
            yield (*one[:place], (last + 1, high), *one[place + 1 :])
        one = (*one[:place], (max(low, first), min(high, last)), *one[place + 1 :])
