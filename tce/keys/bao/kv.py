"""OpenBao's KV engine, version 2: values with versions, compare-and-set, and destruction.

A deletion of KV is soft: what is *destroyed* is gone from OpenBao, though not from a snapshot that
was taken before. Source: openbao.org/api-docs/secret/kv/kv-v2; tried on 2.7.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tce.keys.bao.client import Bao
from tce.keys.bao.errors import MissingError


@dataclass(frozen=True)
class Entry:
    """What lies at a path, in one version."""

    version: int
    data: Mapping[str, str] = field(repr=False)
    """Not shown: it may be secret."""


def put(bao: Bao, mount: str, path: str, data: Mapping[str, str], *, after: int | None) -> int:
    """Write the version that follows `after`, and return its number.

    Args:
        after: the version that the caller saw; 0: there is none yet; None: whichever.

    Raises:
        ConflictError: another version is current.
        BaoError: a subclass for what is wrong.
    """
    options: dict[str, object] = {} if after is None else {"cas": after}
    answer = bao.write(f"{mount}/data/{path}", {"data": dict(data), "options": options})
    return int(answer["data"]["version"])


def get(bao: Bao, mount: str, path: str, version: int | None = None) -> Entry:
    """Return the current version, or an older one.

    Raises:
        MissingError: there is none, or it was deleted or destroyed.
        BaoError: a subclass for what is wrong.
    """
    params = {} if version is None else {"version": version}
    data = bao.read(f"{mount}/data/{path}", params)["data"]
    if data.get("data") is None:
        raise MissingError(f"{mount}/data/{path}: this version was deleted")
    return Entry(
        int(data["metadata"]["version"]), {key: str(value) for key, value in data["data"].items()}
    )


def names(bao: Bao, mount: str, folder: str = "") -> list[str]:
    """Return what is in a folder; a folder in it ends with a slash.

    Raises:
        BaoError: a subclass for what is wrong.
    """
    return bao.names(f"{mount}/metadata/{folder}".rstrip("/"))


def versions(bao: Bao, mount: str, path: str) -> list[int]:
    """Return the versions that can still be read, oldest first; none where there is nothing.

    Raises:
        BaoError: a subclass for what is wrong.
    """
    try:
        found = bao.read(f"{mount}/metadata/{path}")["data"]["versions"]
    except MissingError:
        return []
    return sorted(
        int(number)
        for number, said in found.items()
        if not said["destroyed"] and not said["deletion_time"]
    )


def destroy(bao: Bao, mount: str, path: str, numbers: Sequence[int]) -> None:
    """Destroy these versions; their numbers are never used again.

    Raises:
        BaoError: a subclass for what is wrong.
    """
    bao.write(f"{mount}/destroy/{path}", {"versions": list(numbers)})


def forget(bao: Bao, mount: str, path: str) -> None:
    """Destroy every version, and that there ever was one.

    Raises:
        BaoError: a subclass for what is wrong.
    """
    bao.delete(f"{mount}/metadata/{path}")
