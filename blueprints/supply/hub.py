"""What a folder as the Hugging Face hub's tools leave it says of itself.

Sources: huggingface_hub ``file_download.py`` (``models--ORG--NAME/snapshots/COMMIT`` with links to
``blobs/DIGEST``), ``_local_folder.py`` (``.cache/huggingface/download/PATH.metadata``: commit,
digest, time) and Git's own layout. A digest of 64 digits is a SHA-256, one of 40 Git's of a blob.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blueprints.supply.place import Folder, PlaceError, Source
from blueprints.yamltext import InvalidFileError, Value, load

EXCLUDED: Final = ("*.git*", ".cache/*", ".huggingface/*", "*.incomplete")
"""Of no model: Git's and the hub's own files (Figure 3 leaves out the first)."""
MAX_CARD: Final = 1 << 20
MAX_INDEX: Final = 64 << 20
POINTER: Final = b"version https://git-lfs.github.com/spec/v1"
_CACHED = re.compile(r"models--([A-Za-z0-9][\w.-]*?)--([A-Za-z0-9][\w.-]*)")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DIGEST = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_INDEX = re.compile(r"(.*/)?[^/]+\.(safetensors|bin)\.index\.json")
_WEIGHTS = re.compile(r".*\.(safetensors|bin|gguf|pt|pth|h5|msgpack)")
_LICENCE = re.compile(r"(licen[sc]e|notice|use_policy|copying)([._-].*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What could be read; None and nothing where it says nothing."""

    repository: str | None = None
    revision: str | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    """Path to the digest that its download was asked for by."""


def snapshot(folder: Path) -> Path:
    """The folder of files: of a whole repository in the hub's cache its one snapshot.

    Raises PlaceError: it has several and none is called main.
    """
    snapshots = folder / "snapshots"
    if not _CACHED.fullmatch(folder.name) or not snapshots.is_dir():
        return folder
    found = sorted(one for one in snapshots.iterdir() if _COMMIT.fullmatch(one.name))
    main = _text(folder / "refs" / "main")
    chosen = found if len(found) == 1 else [one for one in found if one.name == main]
    if not chosen:
        named = ", ".join(one.name for one in found) or "none"
        raise PlaceError(
            f"{folder} has {len(found)} snapshots ({named}): nothing says which is meant",
            f"tutela model mirror {snapshots}/COMMIT s3://BUCKET/PREFIX",
        )
    return chosen[0]


def said(folder: Path) -> Said:
    """Read what lies around the files. Raises PlaceError: it contradicts itself."""
    if folder.parent.name == "snapshots" and (hit := _CACHED.fullmatch(folder.parent.parent.name)):
        revision = folder.name if _COMMIT.fullmatch(folder.name) else None
        return Said(f"{hit[1]}/{hit[2]}", revision, dict(_blobs(folder)))
    downloads = folder / ".cache" / "huggingface" / "download"
    if downloads.is_dir():
        return _downloaded(folder, downloads)
    if (folder / ".git").is_dir():
        return Said(revision=_head(folder / ".git"))
    return Said()


def _blobs(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_symlink() and _DIGEST.fullmatch(name := path.readlink().name):
            yield path.relative_to(folder).as_posix(), name


def _downloaded(folder: Path, downloads: Path) -> Said:
    commits: dict[str, str] = {}
    digests: dict[str, str] = {}
    for path in sorted(downloads.rglob("*.metadata")):
        name = path.relative_to(downloads).as_posix().removesuffix(".metadata")
        lines = _text(path).split("\n")
        if not (folder / name).exists():
            continue
        if len(lines) >= 2 and _COMMIT.fullmatch(lines[0]):
            commits.setdefault(lines[0], name)
            if _DIGEST.fullmatch(lines[1]):
                digests[name] = lines[1]
    if len(commits) > 1:
        (one, a), (two, b) = list(commits.items())[:2]
        raise PlaceError(
            f"{folder} is a mixture: {a} is of revision {one} and {b} of {two}",
            f"hf download ORGANISATION/NAME --revision {one} --local-dir FOLDER",
        )
    return Said(revision=next(iter(commits), None), digests=digests)


def _head(git: Path) -> str | None:
    head = _text(git / "HEAD")
    name = head.removeprefix("ref: ")
    if name != head:
        packed = re.search(
            rf"^([0-9a-f]{{40}}) {re.escape(name)}$", _text(git / "packed-refs"), re.M
        )
        # Text of a repository: a path that leads out of it is not followed.
        inside = name.startswith("refs/") and ".." not in name
        head = (_text(git / name) if inside else "") or (packed[1] if packed else "")
    return head if _COMMIT.fullmatch(head) else None


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(MAX_CARD).strip()
    except OSError:
        return ""


def small(source: Source, path: str, most: int) -> bytes:
    """A small file whole. Raises PlaceError: it is none."""
    found = b""
    for piece in source.read(path):
        found += piece
        if len(found) > most:
            raise PlaceError(f"{path} in {source.uri} has more than {most} bytes")
    return found


def licence(source: Source, paths: Iterable[str]) -> str | None:
    """The licence that a model's card names (``license_name`` where it is another)."""
    if "README.md" not in paths:
        return None
    text = small(source, "README.md", 16 * MAX_CARD).decode("utf-8-sig", "replace")
    text = text.replace("\r\n", "\n")
    matter, end, _ = text.removeprefix("---\n").partition("\n---")
    if not text.startswith("---\n") or not end:
        return None
    try:
        card = load(matter, "card", empty=True).data
    except InvalidFileError:
        return None
    found = _word(card.get("license"))
    return _word(card.get("license_name")) or found if found == "other" else found


def _word(value: Value) -> str | None:
    one = value[0] if isinstance(value, list) and value else value
    return one.strip()[:200] if isinstance(one, str) and one.strip() else None


def has_licence(paths: Iterable[str]) -> bool:
    """Whether a text of the licence lies with the model."""
    return any(_LICENCE.fullmatch(path.rpartition("/")[2]) for path in paths)


def missing(source: Source, paths: Mapping[str, int]) -> Iterator[str]:
    """What a folder lacks to be a whole model, in words."""
    if not any(_WEIGHTS.fullmatch(path) for path in paths):
        yield "no file of weights is in it"
    for path, size in sorted(paths.items()):
        if not _INDEX.fullmatch(path):
            continue
        folder = path.rpartition("/")[0]
        try:
            named = json.loads(small(source, path, MAX_INDEX))["weight_map"].values()
            shards = {f"{folder}/{one}" if folder else str(one) for one in named}
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
            yield f"{path} ({size} bytes) is no index of weights"
            continue
        lacking = sorted(shards.difference(paths))
        if lacking:
            more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
            yield f"{path} names {lacking[0]}{more}, which is not there"


def folder_of(source: Source) -> Path | None:
    """Of a local one its path."""
    return source.path if isinstance(source, Folder) else None
