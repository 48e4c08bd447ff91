"""Addresses as runs of numbers that are looked up quickly: flows may be ten thousand."""

from bisect import bisect_right
from collections.abc import Iterable

from blueprints.kinds.cluster.spans import Span


class Room:
    """Some addresses, of both families."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._runs: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for one in sorted(spans):
            runs = self._runs[one.version]
            if runs and one.first <= runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], max(runs[-1][1], one.last))
            else:
                runs.append((one.first, one.last))

    @property
    def versions(self) -> frozenset[int]:
        """Families that it has addresses of."""
        return frozenset(version for version, runs in self._runs.items() if runs)

    def __contains__(self, one: Span) -> bool:
        runs = self._runs[one.version]
        at = bisect_right(runs, (one.first, 1 << 128)) - 1
        return at >= 0 and one.last <= runs[at][1]

    def meets(self, one: Span) -> bool:
        """Whether an address is in both."""
        runs = self._runs[one.version]
        at = bisect_right(runs, (one.last, 1 << 128)) - 1
        return at >= 0 and one.first <= runs[at][1]
