"""The source that is being scanned, and how its files speak: keys become places, limits hold."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime

from governance.evidence.claim import MAX_TEXT, Relation
from governance.evidence.gather import MOST_PROBLEMS, Gather
from governance.evidence.store.listing import Listing
from governance.recognise.engine import Place

_ONE_BY_ONE = MOST_PROBLEMS - 2
"""Problems that are named one by one. `Gather` takes a longer list to be about anything."""


@dataclass
class Scanned:
    """One bucket, prefix or tree while its files are read."""

    place: Place
    source: str
    """Its canonical URI."""
    as_of: datetime
    """When it was listed, UTC."""
    listing: Listing
    into: Gather
    _problems: int = 0
    _hidden: int = 0
    _hidden_within: str | None = field(default="", repr=False)

    def uri(self, key: str) -> str:
        """Return the place (node) of a key or of a folder's path."""
        return self.place.base_uri + key

    def key(self, node: str) -> str | None:
        """Return the key of a place in this very source; None for any other node."""
        base = self.place.base_uri
        return node.removeprefix(base) if node.startswith(base) else None

    def itself(self, node: str, root: str) -> bool:
        """Does a node mean the artifact with this root, or a folder around it?"""
        if node.startswith("hub:"):
            name = node.removeprefix("hub:").lower()
            path = root.rstrip("/").lower()
            return path == name or path.endswith((f"/{name}", f"models--{name.replace('/', '--')}"))
        return self.uri(root).startswith(node.rstrip("/") + "/") or self.uri(root) == node

    def claim(
        self,
        relation: Relation,
        holder: str,
        target: str,
        words: str,
        *,
        at: str,
        root: str | None = None,
        step: int | None = None,
        since: datetime | None = None,
    ) -> None:
        """Say one thing that the file or artifact with the key `at` says."""
        if max(len(holder), len(target)) > MAX_TEXT:
            self.problem(f"{at[:200]} names a place of more than {MAX_TEXT} characters", at)
            return
        self.into.claim(
            relation, holder, target, words, root=root, step=step, since=since, at=self.uri(at)
        )

    def note(
        self,
        node: str,
        key: str,
        *,
        at: str,
        text: str | None = None,
        number: float | None = None,
    ) -> None:
        """Note one thing that the file with the key `at` says of a node."""
        if max(len(node), len(key)) <= MAX_TEXT:
            self.into.note(node, key, text=text, number=number, at=self.uri(at))

    def problem(self, words: str, within: str | None) -> None:
        """Say what could not be read, and in which folder (a path) everything is kept for it.

        None is everything everywhere. Beyond the first, problems are summed up in the folder that
        holds them all.
        """
        place = None if within is None else self.uri(within)[:MAX_TEXT]
        self._problems += 1
        if self._problems <= _ONE_BY_ONE:
            self.into.problem(words, place)
            return
        self._hidden += 1
        if self._hidden == 1 or place is None or self._hidden_within is None:
            self._hidden_within = place if self._hidden == 1 else None
        else:
            common = os.path.commonprefix([place, self._hidden_within])  # noqa: RUF071
            self._hidden_within = common[: common.rfind("/") + 1]

    def remark(self, words: str) -> None:
        """Say something odd that is no reason to doubt."""
        self.into.remark(words)

    def finish(self) -> None:
        """Say how many problems there were beyond those that are named."""
        if self._hidden:
            self.into.problem(f"{self._hidden:,} more files could not be read", self._hidden_within)
            self.into.problem_count += self._hidden - 1
