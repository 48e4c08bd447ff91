"""VAST's protocol audit log: records of files (JSON) and of the table `vast_audit_log_table`.

Sources: VAST's pages "Audit Log Record Fields", "Viewing Protocol Audit Logs" (`Time`, `RPCType`,
`Path: {Path}`, `BucketName`, `Name`, `LoginName`, `uid`); the table says the same with other
letters (`rpc_type`, `"path"."path"`, `login_name`). Letters and underscores do not matter here.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from governance.evidence.claim import place
from governance.evidence.reads.last import seconds_of

TIME = ("time", "timestamp", "eventtime")
OPERATION = ("rpctype", "operation", "rpc")
PATH = ("path", "pathpath", "fullpath", "filepath")
NAME = ("name", "namename", "objectname", "objectkey", "key")
BUCKET = ("bucketname", "s3bucketname", "bucket")
SOURCE = ("s3sourceobject", "sourceobject")
BY = ("loginname", "username", "user", "uid", "userid", "clientip")
NEEDED = {"time": TIME, "rpc_type": OPERATION, "path": (*PATH, *BUCKET)}
"""Columns without which nothing can be said, by the name of the table."""

READS = frozenset(
    (
        *("read", "readplus", "open", "openread", "getobject", "getobjectpart"),
        *("selectobjectcontent", "copyobject", "uploadpartcopy"),
    )
)
"""Operations that read. `OPEN` counts: a client that holds a file in its cache sends no READ."""
COPIES = frozenset(("copyobject", "uploadpartcopy"))

_FIELD = re.compile(r"\b(?:path|name)=(?P<value>[^,}]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Record:
    """One record of the log."""

    seconds: float
    by: str
    reads: bool
    places: tuple[str, ...]


def plain(name: str) -> str:
    """Return the name of a column without what differs between exports."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def missing(columns: Iterable[str]) -> list[str]:
    """Return the needed columns that are not there, as the table calls them."""
    known = {plain(column) for column in columns}
    return [name for name, names in NEEDED.items() if known.isdisjoint(names)]


def record_of(row: Mapping[str, object]) -> Record | None:
    """Return what a record says; None for one without time or operation."""
    values = {plain(str(key)): value for key, value in row.items()}
    seconds = seconds_of(_first(values, TIME))
    operation = plain(_text(_first(values, OPERATION)))
    if seconds is None or not operation:
        return None
    reads = operation in READS
    found: list[str | None] = []
    if operation in COPIES:
        source = _first(values, SOURCE)
        found += _places(
            {plain(k): v for k, v in source.items()} if isinstance(source, dict) else {}
        )
    elif reads:
        found += _places(values)
    by = next((text for key in BY if (text := _text(values.get(key)))), "")
    # A copy whose source is not told says nothing of a read.
    reads = reads and (operation not in COPIES or bool(found))
    return Record(seconds, by, reads, tuple(dict.fromkeys(node for node in found if node)))


def _places(values: Mapping[str, object]) -> list[str | None]:
    path, name = _text(_first(values, PATH)), _text(_first(values, NAME))
    bucket = _text(_first(values, BUCKET))
    found: list[str | None] = []
    if bucket:
        inside = path.partition(f"/{bucket}/")[2]
        keys = [key for key in (name.lstrip("/"), inside) if key]
        found += [place(f"s3://{bucket}/{key}") for key in keys]
    if path.startswith("/"):
        # `path` is the folder in some records and the file in others.
        whole = path if not name or "/" in name or path.endswith(f"/{name}") else f"{path}/{name}"
        found.append(place(whole) if whole.strip("/") else None)
    return found


def _first(values: Mapping[str, object], names: Iterable[str]) -> object:
    return next((values[name] for name in names if values.get(name) not in (None, "")), None)


def _text(value: object) -> str:
    """The text of a value, which may be in a structure with handles beside it."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("{") and text.endswith("}"):
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                match = _FIELD.search(text)
                return match["value"].strip() if match else ""
        else:
            return text
    if isinstance(value, dict):
        inner = {plain(str(key)): one for key, one in value.items()}
        return next((one for key in (*PATH, *NAME) if isinstance(one := inner.get(key), str)), "")
    if isinstance(value, bool) or not isinstance(value, int):
        return ""
    return str(value)
