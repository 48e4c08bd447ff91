"""What manifests say of sealed files in a listing: which artifacts they are members of.

Nobody needs a key for it. Nothing here is verified: whoever can write to a bucket could have
written a manifest as well as a file with a telling name, and the catalog believes both as much.
"""

import base64
import binascii
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from governance.artifact import Kind
from governance.recognise.steps import step_of
from governance.sealed.manifest import PAYLOAD_TYPE, SUFFIX, Content, Manifest

SEALED = ".age"
"""Of a sealed file's name; its manifest's ends in :data:`MANIFEST`."""
MANIFEST = SEALED + SUFFIX
KINDS = frozenset({Kind.CHECKPOINT, Kind.MODEL, Kind.ADAPTER, Kind.DATASET})


class NoManifestError(ValueError):
    """It is not one; the message says why, in words for a report."""


@dataclass(frozen=True)
class Told:
    """An artifact whose files are sealed."""

    root: str
    """Key or key prefix, as of an artifact that is not sealed."""
    keys: tuple[str, ...]
    """Bodies, and the manifests beside them."""
    files: int
    """How many of the artifact's files there are here."""
    members: int
    """How many it had when it was sealed."""
    kind: Kind
    layout: str | None
    needs: tuple[str, ...]
    step: int | None
    run: str | None
    """Path of its run, where the keys do not say it."""


@dataclass(frozen=True)
class Listed:
    """One sealed file that is there, with what its manifest says."""

    key: str
    beside: tuple[str, ...]
    """Its manifest's key, where that lies beside it."""
    content: Content
    detached: bool


def manifest_of(text: bytes) -> Manifest:
    """Return the manifest of an envelope, whoever signed it.

    Raises:
        NoManifestError: it is none.
    """
    try:
        envelope = json.loads(text)
        if envelope["payloadType"] != PAYLOAD_TYPE:
            raise NoManifestError("an envelope of something else")
        payload = base64.b64decode(envelope["payload"], validate=True)
        return Manifest.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise NoManifestError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        if isinstance(error, NoManifestError):
            raise
        raise NoManifestError("not a signed manifest") from None


def artifacts(files: Iterable[Listed]) -> list[Told]:
    """Return the artifacts that `files` are members of, by root; others are of none."""
    groups: dict[tuple[str, str, str | None, bool], list[Listed]] = {}
    for one in files:
        if one.content.kind not in KINDS:
            continue
        root = _root(one)
        if root is not None:
            named = (root, one.content.kind, one.content.layout, one.detached)
            groups.setdefault(named, []).append(one)
    runs = {
        _folder(_path(group))
        for (_, kind, _, detached), group in groups.items()
        if detached and kind == Kind.CHECKPOINT
    }
    told = [_told(root, group, runs) for (root, _, _, _), group in groups.items()]
    return sorted(told, key=lambda one: one.root)


def _told(root: str, group: Sequence[Listed], runs: Collection[str]) -> Told:
    first = group[0].content
    name = first.artifact.rpartition("/")[2] or root.rstrip("/").rpartition("/")[2]
    keys = tuple(sorted(key for one in group for key in (one.key, *one.beside)))
    told = Told(
        root=root,
        keys=keys,
        files=len(group),
        members=max(one.content.members for one in group),
        kind=Kind(first.kind),
        layout=first.layout,
        needs=tuple(dict.fromkeys(need for one in group for need in one.content.needs)),
        step=_step(name.removesuffix(SEALED), first.kind),
        run=None,
    )
    if not group[0].detached:
        return told
    # Bodies of all artifacts lie side by side: only their names say what belongs together.
    path = _path(group)
    # A final model lies at the top of the run whose saves are below it.
    run = f"{path}/" if f"{path}/" in runs else _folder(path)
    return replace(told, root=keys[0], run=run)


def _path(group: Sequence[Listed]) -> str:
    """Where an artifact would lie, were its bodies not side by side with all others."""
    return f"{_folder(group[0].key)}{group[0].content.artifact}"


def _folder(path: str) -> str:
    """The path of the folder around: empty, or ending with ``/``."""
    return path[: path.rfind("/") + 1]


def _root(one: Listed) -> str | None:
    """Where its artifact begins; None where the key is not what the manifest makes of it."""
    content = one.content
    if one.detached:
        # No key has such a name: it only tells artifacts apart.
        return f"{_folder(one.key)}\0{content.artifact}"
    plain, member = one.key.removesuffix(SEALED), content.member
    if not f"/{plain}".endswith(f"/{member}") or plain == one.key:
        return None
    above = plain[: -len(member)]
    base = content.artifact.rpartition("/")[2]
    if f"/{plain}".endswith(f"/{content.artifact}/{member}") or not base:
        return above
    # Not a folder: one file, or files whose names begin alike (parts of a GGUF).
    if member == base:
        return one.key
    return above + base if member.startswith(base) else above


def _step(name: str, kind: str) -> int | None:
    """Some trainers name a save by its step alone."""
    if kind == Kind.CHECKPOINT and name.isascii() and name.isdigit() and len(name) < 19:
        return int(name)
    return step_of(name)
