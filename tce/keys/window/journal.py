"""What was asked at a gate and answered: one line of JSON each, added and never changed."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tce.keys.orders.order import moment

FILE = "journal.jsonl"
QUIET = timedelta(minutes=1)
_MOST = 10_000
"""Machines that are remembered to have asked in vain."""


@dataclass(frozen=True)
class Asked:
    """One request for a key."""

    when: str
    machine: str
    answer: str
    """``opened``, or why not."""
    order: str | None
    """Digest of the order that let it through."""


class Journal:
    """Of one gate. Not for several threads at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / FILE
        self._opened = Counter[tuple[str | None, str]](
            (one.order, one.machine) for one in read(folder) if one.order is not None
        )

        self._refused: dict[tuple[str, str], datetime] = {}
        """When somebody was last refused, in this run."""

    def opened(self, order: str, machine: str) -> int:
        """How often a machine was let through by an order; also before a restart."""
        return self._opened[order, machine]

    def add(self, when: datetime, machine: str, answer: str, order: str | None = None) -> None:
        """Write a line that is on the disk before this returns.

        A machine that keeps asking in vain is written down once in `QUIET`.

        Raises:
            OSError: it cannot be written; nothing may be answered then.
        """
        if order is None:
            last = self._refused.get((machine, answer))
            if last is not None and when - last < QUIET:
                return
            if len(self._refused) >= _MOST:
                self._refused.clear()
            self._refused[machine, answer] = when
        line = {"when": moment(when), "machine": machine, "answer": answer, "order": order}
        with self._path.open("ab") as stream:
            stream.write(json.dumps(line).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        if order is not None:
            self._opened[order, machine] += 1


def read(folder: Path) -> Iterator[Asked]:
    """Every line; one that was cut by a crash is left out."""
    try:
        text = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return
    for line in text.splitlines():
        try:
            said = json.loads(line)
            yield Asked(said["when"], said["machine"], said["answer"], said["order"])
        except (ValueError, KeyError, TypeError):
            continue
