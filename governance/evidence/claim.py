"""The words of evidence: claims (somebody needs something) and notes (something is so).

A claim joins two nodes. A node is a text; its form says what it is:

`s3://bucket/key`, `file:///path`   a place: the artifact there, all under it, and what contains it;
                                    written without a last `/`
`hub:ORG/NAME`                      a model or dataset by its name on a model hub
`md5:HEX`, `sha256:HEX`             content, wherever it lies
anything else (`mlflow:server/run/ID`, `git:repo@ref`, `job:cluster/42`, `commit:HEX`,
`image:sha256:HEX`, `doi:10.…`)     something outside of the stores, named by whoever says it
"""

import re
from enum import StrEnum
from urllib.parse import unquote


class Relation(StrEnum):
    """What a claim says of its holder and its target."""

    NAMES = "names"
    """The holder stands for the target: alias -> version -> model -> place."""
    NEEDS = "needs"
    """The holder was made from the target or does not work without it: run -> dataset."""
    MADE = "made"
    """The holder, a run or a job, wrote the target. What lies there needs the holder."""
    NEWER = "newer"
    """No save in the target (a place) whose step is above `step` may go."""
    COVERS = "covers"
    """Every user of the content-addressed store at the target (a place) is registered."""


class Key(StrEnum):
    """What a note is about; `tag` and `metric` are followed by `:` and a name."""

    STATUS = "status"
    """Of a run: running, finished, failed or killed."""
    STATE = "state"
    """Of a run: active, or deleted (softly, its files still there)."""
    TAG = "tag"
    METRIC = "metric"
    """`number` at `step`; a NaN is noted as null."""
    COMMIT = "commit"
    """Of a run: the Git commit of its code, 40 or 64 hex digits."""
    IMAGE = "image"
    """Of a run: the digest of its container image, `sha256:HEX`."""
    EXISTS = "exists"
    """Of `commit:HEX` and `image:sha256:HEX`: it is still there."""
    LICENCE = "licence"
    """An SPDX identifier or what was written instead of one."""
    LABEL = "label"
    """How people call it."""
    TYPE = "type"
    """dataset, run, checkpoint, model, release, deployment, job, code or image."""
    DIGEST = "digest"
    """Of a place: its content, `md5:HEX` or `sha256:HEX`."""
    READ = "read"
    """Of a place: `number` is when it was last read, in seconds since 1970; `text` by whom."""
    STARTED = "started"
    """`number`, in seconds since 1970."""
    ENDED = "ended"


MAX_TEXT = 2_000
"""Characters of any one text; what is longer is cut, and a node that is longer is refused."""

_HUB = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?")
_CONTROL = re.compile(r"[\x00-\x1f]")
_DIGESTS = {"md5": 32, "sha256": 64}


def place(uri: str) -> str | None:
    """Return the node of a place as programs write it, or None where it is no place in a store.

    Takes `s3://`, `s3a://`, `s3n://`, `file:///path`, `file:/path` and absolute paths. A relative
    path, another scheme, a `..` and a control character give None: nobody can say what is meant.
    """
    for scheme in ("s3a://", "s3n://"):
        if uri.startswith(scheme):
            uri = "s3://" + uri.removeprefix(scheme)
    if uri.startswith("/"):
        uri = "file://" + uri
    elif uri.startswith("file:"):
        tail = uri.removeprefix("file:")
        tail = tail.removeprefix("//localhost") if tail.startswith("//localhost/") else tail
        uri = "file:///" + unquote(tail.lstrip("/"))
    if not uri.startswith(("s3://", "file:///")) or len(uri) > MAX_TEXT:
        return None
    head, _, rest = uri.partition("://")
    if head == "file":
        rest = "/" + "/".join(part for part in rest.split("/") if part not in ("", "."))
        rest += "/" if uri.endswith("/") and rest != "/" else ""
    if ".." in rest.split("/") or _CONTROL.search(rest) or not rest.strip("/"):
        return None
    return f"{head}://{rest}"


def hub(name: str) -> str | None:
    """Return the node of a hub's model or dataset (`meta-llama/Llama-3.1-8B`), or None."""
    return f"hub:{name}" if _HUB.fullmatch(name) and ".." not in name else None


def digest(algorithm: str, value: str) -> str | None:
    """Return the node of content by its digest, or None where it is none."""
    value = value.lower()
    if _DIGESTS.get(algorithm) != len(value) or not re.fullmatch(r"[0-9a-f]+", value):
        return None
    return f"{algorithm}:{value}"
