"""Questions to z3: is there a packet in a box, in none of these, that a list of rules drops?

One solver for all questions of a family. Every range of a field is one term, and every box one
conjunction of them, made once however many rules share it. Where both sides say the same box, the
question is a contradiction whatever the box means, and is asked without its meaning first: it
never reaches the bits. Questions go in batches, as one disjunction that is pushed and popped; a
witness is taken out and the rest is asked again.
"""

from collections.abc import Callable, Iterable, Sequence

import z3
from z3 import z3core

from tce.prove.sides import Question
from tce.prove.table import Pool
from tce.space.header import FIELDS, Family, Field, Packet, top, width

BATCH = 200
"""Questions in one disjunction."""
PLAIN = 2_000
"""The same, of questions in which boxes are names only."""


class Solver:
    """Answers questions about packets of one family."""

    def __init__(self, family: Family, pool: Pool) -> None:
        self.pool = pool
        self._family = family
        self._context = z3.Context()
        self._ref = self._context.ref()
        self._solver = z3.SolverFor("QF_BV", ctx=self._context)
        self._fields = [
            z3.BitVec(field.value, width(field, family), self._context) for field in FIELDS
        ]
        self._ranges: list[dict[tuple[int, int], z3.Ast | None]] = [{} for _ in FIELDS]
        self._boxes: dict[int, z3.Ast] = {}
        self._names: dict[int, z3.Ast] = {}
        self.questions = 0
        """How many were asked."""
        self.proved: set[Question] = set()
        """Those that have no answer."""

    def ask(self, questions: Sequence[Question], most: int) -> dict[Question, Packet]:
        """Those that have an answer, each with a packet; at most so many. None is asked twice."""
        plain = [one for one in questions if any(one.box == row for row, _ in one.then)]
        for start in range(0, len(plain), PLAIN):
            self._contradictions(plain[start : start + PLAIN])
        rest = [one for one in questions if one not in self.proved]
        found: dict[Question, Packet] = {}
        for start in range(0, len(rest), BATCH):
            if len(found) >= most:
                break
            found |= self._batch(rest[start : start + BATCH], most - len(found))
        return found

    def _contradictions(self, batch: Sequence[Question]) -> None:
        """Proves what is contradictory whatever the boxes hold.

        Each box is a variable without meaning here. With its meaning there are fewer packets, not
        more: what has no answer without it has none. What has one is asked again.
        """
        self._solver.push()
        self._solver.add(self._bool(self._any([self._question(one, self._name) for one in batch])))
        if self._solver.check() == z3.unsat:
            self.proved.update(batch)
            self.questions += len(batch)
        self._solver.pop()

    def _batch(self, batch: Sequence[Question], most: int) -> dict[Question, Packet]:
        self.questions += len(batch)
        terms = {question: self._question(question, self._box) for question in batch}
        found: dict[Question, Packet] = {}
        while terms and len(found) < most:
            self._solver.push()
            self._solver.add(self._bool(self._any(list(terms.values()))))
            answer = self._solver.check()
            if answer == z3.unknown:
                raise RuntimeError(f"z3 gives no answer: {self._solver.reason_unknown()}")
            if answer == z3.unsat:
                self._solver.pop()
                self.proved.update(terms)
                break
            model = self._solver.model()
            values = tuple(model.eval(one, model_completion=True).as_long() for one in self._fields)
            holds = [
                question
                for question, term in terms.items()
                if z3.is_true(model.eval(self._bool(term), model_completion=True))
            ]
            self._solver.pop()
            for question in holds[: most - len(found)]:
                found[question] = Packet(self._family, values)
            for question in holds:
                del terms[question]
        return found

    def _question(self, question: Question, box: Callable[[int], z3.Ast]) -> z3.Ast:
        parts = [box(question.box)]
        parts += [self._not(box(one)) for one in question.but]
        if all(accepts for _, accepts in question.then):
            parts += [self._not(box(one)) for one, _ in question.then]
        else:
            parts.append(self._not(self._accepted(question.then, box)))
        return self._all(parts)

    def _accepted(self, rows: Iterable[tuple[int, bool]], term: Callable[[int], z3.Ast]) -> z3.Ast:
        accepted = self._any([])
        for number, accepts in reversed(tuple(rows)):
            box = term(number)
            accepted = (
                self._any([box, accepted]) if accepts else self._all([self._not(box), accepted])
            )
        return accepted

    def _name(self, number: int) -> z3.Ast:
        known = self._names.get(number)
        if known is None:
            symbol = z3core.Z3_mk_int_symbol(self._ref, number)
            sort = z3core.Z3_mk_bool_sort(self._ref)
            known = self._kept(z3core.Z3_mk_const(self._ref, symbol, sort))
            self._names[number] = known
        return known

    def _box(self, number: int) -> z3.Ast:
        known = self._boxes.get(number)
        if known is None:
            parts = [self._range(*side) for side in enumerate(self.pool.rows[number])]
            known = self._boxes[number] = self._all([one for one in parts if one is not None])
        return known

    def _range(self, place: int, side: tuple[int, int]) -> z3.Ast | None:
        """None where it holds every value."""
        known = self._ranges[place]
        if side not in known:
            known[side] = self._new_range(FIELDS[place], self._fields[place], *side)
        return known[side]

    def _new_range(self, field: Field, value: z3.BitVecRef, low: int, high: int) -> z3.Ast | None:
        if (low, high) == (0, top(field, self._family)):
            # Of states there are fewer than three bits could say.
            return None if field is not Field.STATE else self._kept(z3.ULE(value, high).as_ast())
        bits, size = value.size(), high - low + 1
        if size == 1:
            term = value == low
        elif size & (size - 1) == 0 and low % size == 0:
            shift = size.bit_length() - 1
            term = z3.Extract(bits - 1, shift, value) == low >> shift
        else:
            bounds = []
            if low > 0:
                bounds.append(z3.UGE(value, low))
            if high < (1 << bits) - 1:
                bounds.append(z3.ULE(value, high))
            term = z3.And(*bounds) if len(bounds) > 1 else bounds[0]
        return self._kept(term.as_ast())

    def _kept(self, term: z3.Ast) -> z3.Ast:
        """z3 counts references; what is made here lives as long as the solver."""
        z3core.Z3_inc_ref(self._ref, term)
        return term

    def _bool(self, term: z3.Ast) -> z3.BoolRef:
        return z3.BoolRef(term, self._context)

    def _not(self, term: z3.Ast) -> z3.Ast:
        return self._kept(z3core.Z3_mk_not(self._ref, term))

    def _all(self, terms: list[z3.Ast]) -> z3.Ast:
        if len(terms) == 1:
            return terms[0]
        return self._kept(z3core.Z3_mk_and(self._ref, len(terms), (z3.Ast * len(terms))(*terms)))

    def _any(self, terms: list[z3.Ast]) -> z3.Ast:
        if len(terms) == 1:
            return terms[0]
        return self._kept(z3core.Z3_mk_or(self._ref, len(terms), (z3.Ast * len(terms))(*terms)))
