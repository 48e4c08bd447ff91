"""Both halves of an attack as a result: what was read with what."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import table, visible

ALONE = "what the provider holds"
HEADERS = "and the headers of the institution"
_SHOWN = 50


@dataclass(frozen=True)
class Read:
    """A canary that was read."""

    canary: str
    place: str
    form: str
    """How it stood there, once everything around it was opened."""


@dataclass(frozen=True)
class Try:
    """What could be read with something."""

    added: str
    """What was there besides the holdings."""
    read: tuple[Read, ...]
    opened: tuple[str, ...]
    """Objects and volumes that opened, whether a canary was in them or not."""
    left: str = ""
    """What was not tried, in words."""


@dataclass(frozen=True)
class Attack:
    """Both halves."""

    folders: tuple[Path, ...]
    canaries: tuple[str, ...]
    held: dict[str, int]
    """What the holdings are."""
    found: dict[str, int]
    """What could be keys, found in them."""
    tries: tuple[Try, ...]
    """The first is of the holdings alone."""
    unread: tuple[tuple[str, str], ...]

    @property
    def without(self) -> tuple[Try, ...]:
        """Those without a key."""
        return tuple(one for one in self.tries if one.added in (ALONE, HEADERS))

    @property
    def never(self) -> tuple[str, ...]:
        """Canaries that no key made readable: that they were not read shows nothing."""
        read = {each.canary for one in self.tries for each in one.read}
        return tuple(one for one in self.canaries if one not in read)

    @property
    def exit_code(self) -> int:
        """3 where something could be read without a key, or a canary by nobody; 4 where a half is
        missing."""
        if any(one.read or one.opened for one in self.without):
            return 3
        if len(self.tries) == len(self.without) or self.unread:
            return 4
        return 3 if self.never else 0

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/attack/v1``."""
        return {
            "schema": "tutela/attack/v1",
            "folders": [str(one) for one in self.folders],
            "canaries": list(self.canaries),
            "held": self.held,
            "found": self.found,
            "tries": [
                {
                    "added": one.added,
                    "read": [vars(each) for each in one.read],
                    "opened": list(one.opened),
                    "left": one.left,
                }
                for one in self.tries
            ],
            "never": list(self.never),
            "unread": [{"place": place, "reason": reason} for place, reason in self.unread],
        }


def _lines(result: Attack) -> Iterator[str]:
    yield visible(", ".join(str(one) for one in result.folders))
    held = ", ".join(f"{count:,} {what}" for what, count in result.held.items())
    yield visible(f"the provider holds: {held or 'nothing'}")
    found = ", ".join(f"{count:,} {what}" for what, count in result.found.items())
    yield visible(f"what could be keys in it: {found}")
    yield ""
    rows = []
    for one in result.tries:
        names = sorted({each.canary for each in one.read})
        rows.append((one.added, f"{len(one.opened):,}", ", ".join(names) or "nothing"))
    yield table(("with", "opened", "canaries read"), rows, right=(1,))
    for one in result.without:
        for each in one.read:
            yield visible(f"READ without a key: {each.canary} in {each.place} ({each.form})")
        for place in one.opened:
            yield visible(f"OPENED without a key: {place}")
    for one in result.tries:
        if one.left:
            yield visible(f"not tried with {one.added}: {one.left} (--tries)")
    if result.unread:
        yield ""
        yield table(("not read", "why"), list(result.unread[:_SHOWN]))
    yield ""
    yield _verdict(result)


def _verdict(result: Attack) -> str:
    if any(one.read or one.opened for one in result.without):
        return "the provider can read what only the institution may"
    if len(result.tries) == len(result.without):
        return "nothing was read; that it could be is not shown without a key (--key)"
    if result.never:
        return visible(f"by nobody read, so nothing is shown of: {', '.join(result.never)}")
    if result.unread:
        return "nothing was read without a key; not everything was looked at"
    return "nothing was read without a key, and every canary with one"
