"""The names in a repository: what `refs/` and `packed-refs` say, stashes, detached heads.

Sources: Git's `gitrepository-layout.txt`, `git-pack-refs`, `refs/files-backend.c` (a loose ref
wins over a packed one; a reflog line is "OLD NEW WHO<TAB>MESSAGE"); DVC's
`repo/experiments/refs.py` (experiments and their stashes are under `refs/exps/`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprints.formats.git.errors import GitError
from blueprints.formats.git.plain import NotPlainError, read_if_there, read_plain, walk_plain

MOST_REFS = 500_000
DEEPEST_REF = 24
"""Folders in a ref's name."""
DEEPEST_SYMBOLIC = 5
MOST_PACKED = 256 << 20
MOST_LOG = 64 << 20
_LINE = 4_096

_HEX = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_HEADS = (
    "HEAD",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "REBASE_HEAD",
    "BISECT_HEAD",
)
"""What somebody is in the middle of. `ORIG_HEAD` and `FETCH_HEAD` are what somebody was."""


@dataclass(frozen=True)
class RawRef:
    """A name and the object that it stands for, of whatever type, or why it stands for none."""

    name: str
    oid: str | None
    problem: str | None = None


def text_of(name: bytes) -> str:
    """Return a name or path of Git's as text; what is no UTF-8 is kept as lone surrogates."""
    return name.decode("utf-8", "surrogateescape")


def raw_refs(folder: Path, common: Path, problem: Callable[[str], None]) -> list[RawRef]:
    """Return every ref of the repository, sorted by name.

    Args:
        folder: the worktree's own Git folder.
        common: the folder that all worktrees share; the same where there is one.
        problem: told what could not be read.

    Raises:
        GitError: its refs are kept in a way that is not known.
    """
    if (common / "reftable").is_dir():
        raise GitError(
            f"the refs of {common} are in a reftable, which is not read",
            f"git -C {common} refs migrate --ref-format=files",
        )
    found: dict[str, bytes] = {}
    # Loose refs first: Git packs a ref before it removes the loose one, so none is missed.
    folders = {common, folder}
    try:
        for one in folders:
            for within, path in walk_plain(one / "refs", DEEPEST_REF, MOST_REFS):
                if not within.endswith(".lock"):
                    _read(f"refs/{within}", path, found, problem)
    except OSError as error:
        problem(f"refs cannot be listed: {_reason(error)}")
    try:
        packed = dict(_packed(common, problem))
    except OSError as error:
        problem(f"packed-refs cannot be read: {_reason(error)}")
        packed = {}
    found = {**packed, **found}
    for prefix, own in _worktrees(folder, common, problem):
        for name in _HEADS:
            if prefix + name not in found:
                _read(prefix + name, own / name, found, problem)
    refs = [_resolve(name, found) for name in sorted(found)]
    refs += _reflogs(common, {ref.name for ref in refs}, problem)
    if len(refs) > MOST_REFS:
        problem(f"it has more than {MOST_REFS:,} refs")
        refs = refs[:MOST_REFS]
    return [ref for ref in refs if ref.oid is not None or ref.problem is not None]


def oid_length(refs: list[RawRef]) -> int:
    """Return the bytes of this repository's object names: 20 (SHA-1) or 32 (SHA-256)."""
    lengths = {len(ref.oid) // 2 for ref in refs if ref.oid}
    if len(lengths) > 1:
        raise GitError("its refs mix SHA-1 and SHA-256 names")
    return lengths.pop() if lengths else 20


def shallow_of(common: Path) -> frozenset[str]:
    """Return the commits whose parents were cut away. Raises OSError."""
    text = read_if_there(common / "shallow", MOST_PACKED) or b""
    return frozenset(line.decode() for line in text.split() if _HEX.fullmatch(line))


def _read(name: str, path: Path, found: dict[str, bytes], problem: Callable[[str], None]) -> None:
    try:
        found[name] = read_plain(path, _LINE).strip()
    except (FileNotFoundError, NotADirectoryError):
        return  # Not there, or gone since it was listed: it is packed now.
    except OSError as error:
        problem(f"ref {name} cannot be read: {_reason(error)}")


def _packed(common: Path, problem: Callable[[str], None]) -> Iterator[tuple[str, bytes]]:
    text = read_if_there(common / "packed-refs", MOST_PACKED) or b""
    bad = 0
    for line in text.split(b"\n"):
        if not line or line.startswith((b"#", b"^")):
            continue
        oid, separator, name = line.rstrip(b"\r").partition(b" ")
        if separator and name and _HEX.fullmatch(oid):
            yield text_of(name), oid
        else:
            bad += 1
    if bad:
        problem(f"packed-refs has {bad} lines that are none")


def _worktrees(
    folder: Path, common: Path, problem: Callable[[str], None]
) -> Iterator[tuple[str, Path]]:
    """Yield what is put before the names of heads, and the folder that holds them."""
    yield "", common
    if folder != common:
        yield f"worktrees/{folder.name}/", folder
    try:
        others = sorted((common / "worktrees").iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        problem(f"worktrees cannot be listed: {_reason(error)}")
        return
    for other in others[:MOST_REFS]:
        yield f"worktrees/{other.name}/", other


def _resolve(name: str, found: dict[str, bytes]) -> RawRef:
    value = found[name]
    for _ in range(DEEPEST_SYMBOLIC):
        if not value.startswith(b"ref:"):
            break
        target = text_of(value.removeprefix(b"ref:").strip())
        if target not in found:
            return RawRef(name, None)  # A branch without a commit yet, or one that was deleted.
        value = found[target]
    if _HEX.fullmatch(value):
        return RawRef(name, value.decode())
    if value.startswith(b"ref:"):
        return RawRef(name, None, f"ref {name} stands for itself")
    return RawRef(name, None, f"ref {name} holds no object's name")


def _reflogs(common: Path, names: set[str], problem: Callable[[str], None]) -> list[RawRef]:
    """Older stash entries are in the log only; so are those of DVC's own stashes."""
    logs = common / "logs"
    paths: list[tuple[str, Path]] = []
    if "refs/stash" in names:
        paths.append(("refs/stash", logs / "refs" / "stash"))
    try:
        experiments = walk_plain(logs / "refs" / "exps", DEEPEST_REF, MOST_REFS)
        paths += [
            (f"refs/exps/{within}", path)
            for within, path in experiments
            if f"refs/exps/{within}" in names
        ]
    except OSError as error:
        problem(f"the logs of experiments cannot be listed: {_reason(error)}")
    found: list[RawRef] = []
    for name, path in paths:
        try:
            text = read_if_there(path, MOST_LOG) or b""
        except OSError as error:
            problem(f"the log of {name} cannot be read: {_reason(error)}")
            continue
        lines = [line for line in text.split(b"\n") if line]
        for age, line in enumerate(reversed(lines)):
            parts = line.split(b" ", 2)
            if len(parts) < 3 or not _HEX.fullmatch(parts[1]):
                problem(f"the log of {name} has a line that is none")
            elif age > 0 and set(parts[1]) != {ord("0")}:  # The newest is the ref itself.
                found.append(RawRef(f"{name}@{{{age}}}", parts[1].decode()))
    return found


def _reason(error: OSError) -> str:
    if isinstance(error, NotPlainError):
        return str(error)
    return error.strerror or type(error).__name__
