"""S3 server access logs: one request a line, fields apart by blanks, some in quotes.

Sources: Amazon S3 "Server access log format"; Ceph and VAST write the same fields. Only the first
fields are read, up to the status: what clients choose themselves (agent, referrer) comes after
and is not always quoted right.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from governance.evidence.claim import place
from governance.evidence.reads.last import seconds_of

OWN_AGENT = " tutela/"
"""How tutela names itself to a store: its own looks into contents are no use of them."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(
    r"(?P<day>\d\d)/(?P<month>[A-Z][a-z]{2})/(?P<year>\d{4}):(?P<clock>\d\d:\d\d:\d\d) "
    r"(?P<zone>[+-]\d{4})"
)

_LINE = re.compile(
    r"""(?P<owner>\S+) (?P<bucket>\S+) \[(?P<time>[^\]]{1,40})\] (?P<ip>\S+) (?P<by>\S+)"""
    r""" (?P<request>\S+) (?P<operation>[A-Z0-9_.]+) (?P<key>\S+)"""
    r""" (?:"(?:[^"\\]|\\.)*"|-) (?P<status>\d{3}|-)(?: |$)"""
)


@dataclass(frozen=True)
class Request:
    """One line of a log."""

    seconds: float
    by: str
    places: tuple[str, ...]
    """What it read; none for any other request."""


def request_of(line: str) -> Request | None:
    """Return what a line says, None where it is none of this format."""
    match = _LINE.match(line)
    if match is None:
        return None
    seconds = _seconds(match["time"])
    if seconds is None:
        return None
    # Not modified: the reader's own copy was still good, and was used.
    read = _reads(match["operation"]) and (match["status"][:1] in "2-" or match["status"] == "304")
    agent = line[match.end() :]
    own = OWN_AGENT in agent
    places: tuple[str, ...] = ()
    if read and not own and match["key"] != "-":
        # Keys are written in percent code, by some stores once more.
        key = match["key"]
        keys = dict.fromkeys((key, unquote(key), unquote(unquote(key)))) if "%" in key else (key,)
        nodes = (place(f"s3://{match['bucket']}/{key}") for key in keys)
        places = tuple(node for node in nodes if node)
    by = match["by"] if match["by"] != "-" else match["ip"]
    return Request(seconds, by, places)


@lru_cache(maxsize=4096)
def _seconds(text: str) -> float | None:
    """`06/Feb/2026:00:00:38 +0000`; months have English names in every locale."""
    match = _TIME.fullmatch(text)
    if match is None or match["month"] not in _MONTHS:
        return None
    month = _MONTHS.index(match["month"]) + 1
    return seconds_of(f"{match['year']}-{month:02}-{match['day']}T{match['clock']}{match['zone']}")


def _reads(operation: str) -> bool:
    """`REST.GET.OBJECT`, `WEBSITE.GET.OBJECT`, the source of a copy, a selection of rows."""
    return operation.endswith((".GET.OBJECT", "_GET", ".GET.PART")) or "SELECT" in operation
