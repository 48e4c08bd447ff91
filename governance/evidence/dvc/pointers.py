"""What one pointer file says: `*.dvc`, `Dvcfile` and `dvc.lock`.

Sources: dvc `schema.py`, `output.py` (outs, `cloud`, `files`), `dependency/*.py` (imports),
`stage/serialize.py` and `stage/loader.py` (`dvc.lock`; before DVC 2 its stages stand at the top),
dvc_data `hashfile/hash_info.py` (a `.dir` suffix names the list of a folder's files).

The file is hostile: what is not understood becomes a problem of that one file, and whatever else
it says still counts.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blueprints.yamlfile import InvalidFileError, load
from governance.evidence.dvc.blocktext import read_block

MOST_POINTER = 32 << 20
"""Bytes of one pointer file; a version-aware folder of 150,000 files has that."""
LOCK = "dvc.lock"
LOCK_SCHEMAS = ("2.0",)

_MD5 = re.compile(r"[0-9a-f]{32}(\.dir)?")
_HEX = re.compile(r"[0-9a-f]{16,128}(-[0-9]{1,6})?(\.dir)?")


@dataclass(frozen=True, slots=True)
class Blob:
    """Content by its digest, as it lies in a DVC cache or remote."""

    algorithm: str
    """As in `files/ALGORITHM/`; `md5` is what DVC 3 writes."""
    value: str
    """Hexadecimal digits, without `.dir`."""
    folder: bool = False
    """It is a folder's list (`.dir`)."""
    legacy: bool = False
    """Before DVC 3: lines of text ended by CR LF were changed before, and it lies elsewhere."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file in a version-aware remote, which keeps files under their own names."""

    remote: str
    within: str
    """Path in the out; empty where the out is a file."""
    version: str


@dataclass(frozen=True, slots=True)
class Data:
    """One out or dependency."""

    path: str
    """As written: relative to the stage's folder, or a URL."""
    blob: Blob | None
    files: tuple[tuple[str, Blob], ...] = ()
    """Of a folder whose files are written out (`files`)."""
    copies: tuple[Copy, ...] = ()
    pushed: bool = True
    """False: it is fetched again from where it was imported."""
    imported: bool = False
    """A dependency on another repository: its path is a path there."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Outs and what they were made from."""

    name: str
    folder: str
    """Where paths start from, from the top of the Git repository; may lead outside of it."""
    outs: tuple[Data, ...]
    deps: tuple[Data, ...]


@dataclass(frozen=True, slots=True)
class Pointer:
    """What one file says."""

    stages: tuple[Stage, ...]
    problems: tuple[str, ...] = ()


def read_pointer(path: str, raw: bytes, wdirs: Mapping[str, str] | None = None) -> Pointer:
    """Return what the pointer file at `path` (from the top of the repository) says.

    `wdirs`: of a `dvc.lock`, where paths of its stages start from (`wdirs_of` its `dvc.yaml`).
    """
    content = _content(raw)
    if isinstance(content, str):
        return Pointer((), (content,))
    return _Reader(path, wdirs or {}).pointer(content)


def wdirs_of(raw: bytes) -> dict[str, str]:
    """Return the working folders of the stages in a `dvc.yaml`, of those that have one.

    One that is made from parameters (`${item}`) is returned as it is written.
    """
    content = _content(raw)
    stages = content.get("stages") if isinstance(content, Mapping) else None
    found: dict[str, str] = {}
    for name, stage in stages.items() if isinstance(stages, Mapping) else ():
        inner = stage.get("do", stage) if isinstance(stage, Mapping) else None
        wdir = _text(inner.get("wdir")) if isinstance(inner, Mapping) else None
        if wdir is not None:
            found[str(name)] = wdir
    return found


def _content(raw: bytes) -> Mapping[str, object] | str:
    """Return what a file says, or in words why it says nothing."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "it is not UTF-8 text"
    content = read_block(text)
    if content is not None:
        return content
    if not text.strip():
        return {}
    try:
        return load(text, "line").data
    except InvalidFileError as error:
        return str(error)


class _Reader:
    def __init__(self, path: str, wdirs: Mapping[str, str]) -> None:
        self._wdirs = wdirs
        self._folder, self._name = posixpath.split(path)
        self._problems: list[str] = []

    def pointer(self, content: Mapping[str, object]) -> Pointer:
        if self._name == LOCK:
            stages = tuple(self._lock(content))
        else:
            stages = (self._stage(self._name, content, _text(content.get("wdir"))),)
        return Pointer(stages, tuple(self._problems[:10]))

    def _lock(self, content: Mapping[str, object]) -> Iterator[Stage]:
        stages: object = dict(content)
        if "schema" in content:
            schema = content["schema"]
            if _text(schema) not in LOCK_SCHEMAS:
                self._problems.append(f"its schema {_text(schema)!r} is not known")
            stages = content.get("stages") or {}
            yield from self._datasets(content.get("datasets"))
        if not isinstance(stages, Mapping):
            self._problems.append("its stages are no mapping")
            return
        for name, stage in stages.items():
            if isinstance(stage, Mapping):
                yield self._stage(name, stage, self._wdirs.get(name.partition("@")[0]))
            else:
                self._problems.append(f"stage {name[:80]!r} is no mapping")

    def _datasets(self, datasets: object) -> Iterator[Stage]:
        """`dvc ds add`: what a URL held when it was looked at."""
        if datasets is None:
            return
        if not isinstance(datasets, list):
            self._problems.append("its datasets are no list")
            return
        for one in datasets:
            url = _text(one.get("url")) if isinstance(one, Mapping) else None
            if url is not None:
                dep = Data(url, None)
                yield Stage(
                    f"dataset {url}", self._folder, (Data(url, None, pushed=False),), (dep,)
                )

    def _stage(self, name: str, stage: Mapping[str, object], wdir: str | None) -> Stage:
        folder = posixpath.normpath(posixpath.join(self._folder, wdir or "."))
        return Stage(
            name,
            "" if folder == "." else folder,
            tuple(self._data(stage.get("outs"), name)),
            tuple(self._data(stage.get("deps"), name)),
        )

    def _data(self, entries: object, stage: str) -> Iterator[Data]:
        if entries is None:
            return
        if not isinstance(entries, list):
            self._problems.append(f"outs or deps of {stage[:80]!r} are no list")
            return
        for entry in entries:
            path = _text(entry.get("path")) if isinstance(entry, Mapping) else None
            if not isinstance(entry, Mapping) or path is None:
                self._problems.append(f"an entry of {stage[:80]!r} has no path")
                continue
            blob = self._blob(entry, path)
            files, copies = self._files(entry, path)
            yield Data(
                path,
                blob,
                files,
                (*_copies(entry, ""), *copies),
                pushed=_text(entry.get("push")) not in ("false", "False"),
                imported=isinstance(entry.get("repo"), Mapping),
            )

    def _files(
        self, entry: Mapping[str, object], path: str
    ) -> tuple[tuple[tuple[str, Blob], ...], tuple[Copy, ...]]:
        files = entry.get("files")
        if files is None:
            return (), ()
        if not isinstance(files, list):
            self._problems.append(f"the files of {path[:80]!r} are no list")
            return (), ()
        named: list[tuple[str, Blob]] = []
        copies: list[Copy] = []
        # Files have no word of their own for what hashed them: it is the folder's.
        algorithm = _text(entry.get("hash"))
        for file in files:
            within = _text(file.get("relpath")) if isinstance(file, Mapping) else None
            if not isinstance(file, Mapping) or within is None:
                self._problems.append(f"a file of {path[:80]!r} has no path")
                continue
            inner = self._blob({**file, "hash": algorithm}, f"{path}/{within}")
            if inner is not None:
                named.append((within, inner))
            copies.extend(_copies(file, within))
        return tuple(named), tuple(copies)

    def _blob(self, entry: Mapping[str, object], path: str) -> Blob | None:
        """Return the content of an entry; None where it names none, as before it was made."""
        named = _text(entry.get("hash"))
        algorithm = named or "md5"
        value = _text(entry.get(algorithm))
        if value is None and named is None:
            # Before DVC 3: what lies in a store was known by the store's own digest.
            algorithm, value = "etag", _text(entry.get("etag"))
        value = (value or "").strip('"').lower()
        if not value:
            return None
        form = _MD5 if algorithm == "md5" else _HEX
        if not form.fullmatch(value) or not re.fullmatch(r"[a-z0-9-]{1,20}", algorithm):
            self._problems.append(f"the {algorithm[:20]} of {path[:80]!r} is no digest")
            return None
        return Blob(
            algorithm,
            value.removesuffix(".dir"),
            folder=value.endswith(".dir"),
            legacy=named is None,
        )


def _copies(entry: Mapping[str, object], within: str) -> Iterator[Copy]:
    cloud = entry.get("cloud")
    if isinstance(cloud, Mapping):
        for remote, meta in cloud.items():
            version = _text(meta.get("version_id")) if isinstance(meta, Mapping) else None
            yield Copy(remote, within, version or "")


def _text(value: object) -> str | None:
    """Return a scalar as it was most likely written; None for null and for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value) or None
    return None
