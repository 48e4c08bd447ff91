"""Walks the claims around one node, level by level, and never further than it was asked to.

Every level is a few joins of the nodes reached last with all claims; nothing else is loaded. A node
is walked from once, so cycles end where they began.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Literal

import duckdb

from governance.errors import GovernanceError
from governance.lineage import names
from governance.lineage.describe import claims_said, describe
from governance.lineage.graph import Direction, Edge, Graph, More, Said
from governance.lineage.identity import copies
from governance.lineage.index import Near, based, folders, hand, is_place, near
from governance.lineage.resolve import Found, Thing, resolve, standing
from governance.retention.rows import Row, integer, records

MOST_NODES = 5_000
"""Nodes of one graph."""
DEEPEST = 10_000
"""Levels, where no depth is asked for."""
FAN = 50
"""Neighbours of one node in one direction that are followed."""


def subgraph(
    connection: duckdb.DuckDBPyConnection,
    start: str,
    direction: Literal["up", "down", "both"] = "both",
    *,
    depth: int | None = None,
    limit: int = FAN,
    most: int = MOST_NODES,
    md5_stores: Collection[str] = (),
) -> Graph:
    """Return the lineage of the node that the text `start` names.

    `start` is a text of a claim, the URI of an artifact, or `artifact:ID`. `limit` is how many
    neighbours of one node are followed each way, `most` how many nodes there can be; what is left
    out is counted in the graph's `more`. Needs the tables of `index.prepare`.
    """
    walk = Walk(connection, limit, most, md5_stores)
    found = walk.things([start])[based(start)]
    # A folder of several artifacts is a node of its own.
    begin = found[0] if len(found) == 1 else Thing(based(start), based(start))
    asked: tuple[Direction, ...] = ("up", "down") if direction == "both" else (direction,)
    for one in asked:
        walk.go(begin, one, DEEPEST if depth is None else depth)
    return walk.graph(begin.id)


def everything(
    connection: duckdb.DuckDBPyConnection,
    *,
    most: int = MOST_NODES,
    md5_stores: Collection[str] = (),
) -> Graph:
    """Return all that any source claims, as long as it is at most `most` claims.

    Raises TooMuchError where it is more.
    """
    rows = records(
        connection,
        "SELECT claim, relation, holder, target FROM claims"
        " WHERE relation IN ('names', 'needs', 'made') ORDER BY claim LIMIT $1",
        [most + 1],
    )
    if len(rows) > most:
        raise TooMuchError(
            f"more than {most:,} claims are too many for one file", "tutela lineage export ARTIFACT"
        )
    walk = Walk(connection, most, most * 4, md5_stores)
    walk.take(rows)
    return walk.graph(None)


class TooMuchError(GovernanceError):
    """A lineage is too large for what was asked."""

    kind = "too much"


class Walk:
    """Things and edges as they are found."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        limit: int,
        most: int = MOST_NODES,
        md5_stores: Collection[str] = (),
    ) -> None:
        self.connection = connection
        self._limit = max(limit, 1)
        self._most = max(most, 1)
        self._md5_stores = md5_stores
        self.found: dict[str, Thing] = {}
        self._edges: dict[tuple[str, str, str], tuple[tuple[int, ...], int]] = {}
        self._guessed: dict[tuple[str, str, str], Said] = {}
        self._more: dict[tuple[str, Direction, str], int] = {}
        self._by_text: dict[tuple[str, bool], list[Thing]] = {}
        self._left_over: dict[tuple[str, bool], tuple[tuple[str, int], ...]] = {}
        self._cut = False

    def go(self, begin: Thing, direction: Direction, depth: int) -> None:
        """Walk from a thing as far as `depth` levels."""
        self.found.setdefault(begin.id, begin)
        seen = {begin.id}
        front = [begin]
        for level in range(depth + 1):
            if not front:
                break
            last = level == depth
            reached = self._level(front, direction, last=last)
            front = [thing for thing in reached if thing.id not in seen]
            seen.update(thing.id for thing in front)

    def take(self, rows: Sequence[Row]) -> None:
        """Take claims (claim, relation, holder, target) with all that their ends stand for."""
        wholes = self.things(
            str(row[end])
            for row in rows
            for end in ("holder", "target")
            if end == "target" or row["relation"] == "needs"
        )
        alone = self.things(
            (str(row["holder"]) for row in rows if row["relation"] != "needs"), whole=False
        )
        for row in rows:
            needs = row["relation"] == "needs"
            holders = (wholes if needs else alone)[based(str(row["holder"]))]
            for holder in holders:
                for target in wholes[based(str(row["target"]))]:
                    if self._take(holder) and self._take(target):
                        claim = integer(row["claim"])
                        self.add(holder, target, str(row["relation"]), (claim,), 1)
        front = [self.found[key] for key in sorted(self.found)]
        self._guess(front, "up", {})

    def _level(self, front: Sequence[Thing], direction: Direction, *, last: bool) -> list[Thing]:
        """Take the neighbours of some things; at the last level those are counted only."""
        limit = 0 if last else self._limit
        found, rest = near(self.connection, self._texts(front), direction, limit)
        for key, kind, count in rest:
            self._leave(front[key].id, direction, kind, count)
        wholes = self.things(one.text for one in found if _is_whole(one))
        alone = self.things((one.text for one in found if not _is_whole(one)), whole=False)
        reached: dict[str, Thing] = {}
        shown: dict[int, set[str]] = {}
        for one in found:
            mine = shown.setdefault(one.key, set())
            for kind, count in self._left_over.get((based(one.text), _is_whole(one)), ()):
                self._leave(front[one.key].id, direction, kind, count)
            for other in (wholes if _is_whole(one) else alone)[based(one.text)]:
                if other.id not in mine and len(mine) >= self._limit:
                    self._leave(front[one.key].id, direction, _kind(other), 1)
                elif self._take(other):
                    mine.add(other.id)
                    reached[other.id] = other
                    self._join(front[one.key], other, one)
                else:
                    self._leave(front[one.key].id, direction, _kind(other), 1)
        if not last:
            self._guess(front, direction, reached)
        return [reached[key] for key in sorted(reached)]

    def _take(self, thing: Thing) -> bool:
        if thing.id not in self.found:
            if len(self.found) >= self._most:
                self._cut = True
                return False
            self.found[thing.id] = thing
        return True

    def _leave(self, node: str, direction: Direction, kind: str, count: int) -> None:
        key = (node, direction, kind)
        self._more[key] = self._more.get(key, 0) + count

    def _join(self, own: Thing, other: Thing, said: Near) -> None:
        holder, target = (own, other) if said.outward else (other, own)
        self.add(holder, target, said.relation, said.claims, said.count)

    def add(
        self, holder: Thing, target: Thing, relation: str, claims: tuple[int, ...], count: int
    ) -> None:
        """Add an edge; a name that stands for itself (a file for its folder) is none."""
        if holder.id == target.id and relation == "names":
            return
        key = (holder.id, target.id, relation)
        known, number = self._edges.get(key, ((), 0))
        every = tuple(sorted({*known, *claims}))
        self._edges[key] = (every, max(number, count, len(every)))

    def _texts(self, front: Sequence[Thing]) -> list[tuple[int, str, bool]]:
        every: list[tuple[int, str, bool]] = []
        artifacts: dict[int, Sequence[tuple[int, str]]] = {}
        for key, thing in enumerate(front):
            if thing.copies:
                artifacts[key] = thing.copies
                continue
            every.append((key, thing.text, False))
            if is_place(thing.text):
                every += [(key, folder, True) for folder in folders(thing.text)]
        return every + standing(self.connection, artifacts)

    def things(self, texts: Iterable[str], *, whole: bool = True) -> dict[str, list[Thing]]:
        """Return what each text stands for, by the text without its last `/`; never nothing.

        Without `whole` a folder stands for itself, not for all that lies in it.
        """
        wanted = sorted({based(text) for text in texts})
        new = [text for text in wanted if (text, whole) not in self._by_text]
        found = resolve(self.connection, new, self._limit, whole=whole)
        facts = sorted({fact for one in found.values() for fact in one.facts})
        artifacts = self._artifacts(facts)
        for text in new:
            one = found.get(text, Found())
            # The order of the artifacts is that of `resolve`; copies are one thing.
            held = list(dict.fromkeys(artifacts[fact] for fact in one.facts))
            self._by_text[text, whole] = held or [Thing(text, text)]
            self._left_over[text, whole] = one.more
        return {text: self._by_text[text, whole] for text in wanted}

    def _artifacts(self, facts: Sequence[int]) -> dict[int, Thing]:
        groups = copies(self.connection, facts, md5_stores=self._md5_stores)
        every = sorted({fact for group in groups.values() for fact in group})
        if not every:
            return {}
        hand(self.connection, "asked", fact=every)
        rows = records(
            self.connection, "SELECT fact, id, uri FROM facts SEMI JOIN asked USING (fact)"
        )
        known = {integer(row["fact"]): (str(row["id"]), str(row["uri"])) for row in rows}
        return {
            fact: Thing(
                f"artifact:{known[group[0]][0]}",
                known[group[0]][1],
                tuple((one, known[one][1]) for one in group),
            )
            for fact, group in groups.items()
        }

    def _guess(
        self, front: Sequence[Thing], direction: Direction, reached: dict[str, Thing]
    ) -> None:
        """Follow names that probably mean the same; a name is the holder of what it names."""
        texts = {thing.text: thing for thing in front if not thing.copies}
        pairs: list[tuple[Thing, Thing, Said]] = []
        if direction == "up":
            hubs = [text for text in texts if names.is_hub(text)]
            for text, facts in names.artifacts_of(self.connection, hubs).items():
                left = len(facts) - self._limit
                if left > 0:
                    self._leave(text, direction, "artifact", left)
                artifacts = self._artifacts(facts[: self._limit])
                found = dict.fromkeys(artifacts.values())
                pairs += [(texts[text], thing, names.SAME_NAME) for thing in found]
            longer = names.longer(self.connection, texts)
            others = self.things(one for every in longer.values() for one in every)
            for text, every in longer.items():
                pairs += [
                    (texts[text], thing, names.SHORT) for one in every for thing in others[one]
                ]
        else:
            uris = [(n, uri) for n, thing in enumerate(front) for _, uri in thing.copies]
            for key, text in names.hubs_of(self.connection, uris):
                pairs.append((Thing(text, text), front[key], names.SAME_NAME))
            for text, every in names.shorter(self.connection, texts).items():
                pairs += [(Thing(one, one), texts[text], names.SHORT) for one in every]
        for holder, target, said in pairs:
            own, other = (holder, target) if direction == "up" else (target, holder)
            if holder.id == target.id:
                continue
            if self._take(other):
                reached[other.id] = other
                self._guessed[holder.id, target.id, "names"] = said
            else:
                self._leave(own.id, direction, _kind(other), 1)

    def graph(self, start: str | None) -> Graph:
        """Return what was found as a value: described, in order, with its cycles marked."""
        said = claims_said(
            self.connection, [claim for claims, _ in self._edges.values() for claim in claims]
        )
        edges = [
            Edge(*key, tuple(said[claim] for claim in claims if claim in said), count)
            for key, (claims, count) in self._edges.items()
        ]
        edges += [
            Edge(*key, (guess,)) for key, guess in self._guessed.items() if key not in self._edges
        ]
        targets = {edge.target for edge in edges}
        named = {edge.holder for edge in edges if edge.relation == "names"}
        # What only speaks was read where it is; a hub's name that something has is known here.
        nodes = [
            replace(node, there=True)
            if node.id not in targets or (node.type == "hub" and node.id in named)
            else node
            for node in describe(self.connection, self.found.values())
        ]
        more = [More(*key, count) for key, count in self._more.items()]
        return Graph.of(start, nodes, edges, more, cut=self._cut)


def _is_whole(one: Near) -> bool:
    """A folder that is needed, or needs something, is all that lies in it; one that only names
    something, or made it, is not."""
    return one.outward or one.relation == "needs"


def _kind(thing: Thing) -> str:
    return "artifact" if thing.copies else "thing"
