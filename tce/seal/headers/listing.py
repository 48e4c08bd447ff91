"""`tutela tce headers list`: what a store knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.display import visible
from tce.seal.headers.named import named
from tce.seal.headers.store import Destroyed, Entry, HeaderStore, Refused


@dataclass(frozen=True)
class Listing:
    """Every entry, by name."""

    where: str
    entries: tuple[Entry, ...]
    damaged: tuple[Refused, ...]

    @property
    def exit_code(self) -> int:
        """3 where an entry is damaged."""
        return 3 if self.damaged else 0

    def __str__(self) -> str:
        lines = [_line(one) for one in self.entries]
        lines += [f"damaged: {one.error}" for one in self.damaged]
        return "\n".join([*map(visible, lines), f"{len(self.entries)} objects in {self.where}"])

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/header-list/v1``; no header stands in it."""
        return {
            "schema": "tutela/header-list/v1",
            "where": self.where,
            "objects": [
                {
                    "name": one.name,
                    "id": one.id,
                    "version": one.version,
                    "destroyed": one.destroyed if isinstance(one, Destroyed) else None,
                }
                for one in self.entries
            ],
            "damaged": [one.as_json() for one in self.damaged],
        }


def listing(store: HeaderStore, names: Sequence[str] = ()) -> Listing:
    """Return what `store` knows, of `names` alone where some are said.

    Raises:
        MissingError: one of them names nothing.
        HeadersError: it cannot be read.
    """
    damaged: list[Refused] = []
    found = named(store, names, damaged=damaged) if names else store.entries(damaged)
    entries = sorted(found, key=lambda one: one.name)
    return Listing(store.where, tuple(entries), tuple(damaged))


def _line(one: Entry) -> str:
    state = f"shredded {one.destroyed}" if isinstance(one, Destroyed) else "current"
    return f"{one.name}  version {one.version}  {one.id}  {state}"
