"""Asks a log of requests what was read when."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from governance.evidence.claim import Key, Relation
from governance.evidence.errors import EvidenceError
from governance.evidence.files import date, open_file, path_of, writers_of
from governance.evidence.gather import Gather
from governance.evidence.reads.last import LastReads
from governance.evidence.reads.s3log import request_of
from governance.evidence.reads.tables import BrokenOffError, lines, plain_stream, rows
from governance.evidence.reads.vast import missing, record_of
from governance.evidence.source import Asked
from governance.workspace.evidence import ReadsEntry

ROOT = "read.within"
SHOW_EVERY = 100_000

_Line = TypeVar("_Line")


class ReadsSource:
    """The last read of each place, from an export of VAST's audit log or an S3 access log.

    Limits, which each reading repeats. A log says that something was read, never that it was not:
    a proxy or a client with a cache reads without asking the store; VAST logs reads only where
    the audit settings say so ("Read Data", "Log Full Path"), and S3 delivers access logs late and
    not always; nothing is known of the time before and after the log. Paths of VAST's records
    are those within the store, which are those of clients where views are mounted so. Reads by
    tutela itself are left out of access logs, where it has a name; export VAST's log without the
    user that scans.
    """

    def __init__(self, entry: ReadsEntry, base: Path) -> None:
        self._path = path_of(base, entry.file)
        self._format = entry.format
        self.name = entry.known_as
        self.place = str(self._path)
        self.writers = f"whoever sends requests, and {writers_of(self._path)}"

    def read(self, into: Gather, asked: Asked) -> None:
        """Claim what was read, each place once. Raises EvidenceError where there is no log."""
        last = LastReads()
        with open_file(self._path) as stream:
            of_format: Callable[[BinaryIO, LastReads, Gather], int]
            of_format = self._vast if self._format == "vast-audit" else self._s3
            count = of_format(stream, last, into)
            if last.latest is None or last.first is None:
                if count:
                    raise EvidenceError(f"no line of {self._path} is of a log of {self._format}")
                raise EvidenceError(f"{self._path} holds no requests")
            date(stream, into, asked.now, last.latest)
        into.remark(f"the log is of {_day(last.first)} to {_day(last.latest)}, and of nothing else")
        into.remark("reads from caches and behind proxies are in no log")
        if last.folded:
            into.remark("it names more places than are kept apart: some stand for their folders")
        now = asked.now.timestamp()
        if last.latest > now:
            into.remark("some of its times are still to come; they count as now")
        for one in last:
            seconds = min(one.seconds, now)
            since = datetime.fromtimestamp(seconds, UTC)
            by = f" by {one.by}" if one.by else ""
            into.note(one.place, Key.READ, number=seconds, text=one.by or None)
            into.claim(
                Relation.NEEDS,
                f"read:{one.place}",
                one.place,
                f"read on {since:%Y-%m-%d}{by}",
                root=ROOT,
                since=since,
            )

    def _s3(self, stream: BinaryIO, last: LastReads, into: Gather) -> int:
        bad = count = 0
        for line in _whole(lines(plain_stream(stream)), into):
            if not line.strip():
                continue
            count += 1
            _show(count, into)
            request = request_of(line)
            if request is None:
                bad += 1
                continue
            last.saw(request.seconds)
            for place in request.places:
                last.add(place, request.seconds, request.by)
        if bad and bad < count:
            into.problem(f"{bad:,} of its {count:,} lines are no requests")
        return count

    def _vast(self, stream: BinaryIO, last: LastReads, into: Gather) -> int:
        columns, found = rows(stream, str(self._path))
        if columns is not None and (absent := missing(columns)):
            self._lacks(absent, columns)
        bad = count = nameless = 0
        for row in _whole(found, into):
            count += 1
            _show(count, into)
            record = record_of(row) if row is not None else None
            if record is None:
                if last.latest is None and row is not None and (absent := missing(row)):
                    self._lacks(absent, list(row))
                bad += 1
                continue
            last.saw(record.seconds)
            nameless += record.reads and not record.places
            for place in record.places if record.reads else ():
                last.add(place, record.seconds, record.by)
        if bad and bad < count:
            into.problem(f"{bad:,} of its {count:,} records have no time or no operation")
        if nameless:
            into.problem(f"{nameless:,} reads name no place (audit settings: Log Full Path)")
        return count

    def _lacks(self, absent: list[str], columns: list[str]) -> None:
        there = ", ".join(columns[:20])[:300] or "nothing"
        raise EvidenceError(
            f"{self._path} lacks {', '.join(absent)}; it has {there}",
            "SELECT time, rpc_type, path, bucket_name, name, login_name FROM vast_audit_log_table",
        )


def _whole(found: Iterator[_Line], into: Gather) -> Iterator[_Line]:
    try:
        yield from found
    except BrokenOffError as error:
        into.problem(f"it was read only in part: {error}")


def _show(count: int, into: Gather) -> None:
    if count % SHOW_EVERY == 0:
        into.progress(f"{count:,} lines")


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
