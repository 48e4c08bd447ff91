"""Text that both sides changed, by `git merge-file`.

Why a program and not a library: see docs/decisions. It runs in an empty folder, away from any
repository, and with no configuration but its own: nothing that a repository says is obeyed.
"""

import subprocess
import tempfile
from pathlib import Path

from blueprints.update.merged import Conflict, Labels, Merged

TIMEOUT = 60.0
"""Seconds. Two versions of one file take milliseconds."""
_FAILED = 128
"""Exit codes from here on are failures; smaller ones count conflicts, up to 127."""
_MARKERS = (b"<<<<<<< ", b"=======", b">>>>>>> ")


def merge_text(
    path: str, base: bytes, new: bytes, user: bytes, labels: Labels, git: Path | None
) -> Merged:
    """Merge three versions by lines; `path` is only named.

    What is not text, or text where there is no `git`, is one conflict over the whole file, whose
    content is the user's.
    """
    if user == new or new == base:
        return Merged(user)
    if user == base:
        return Merged(new)
    if any(_is_binary(side) for side in (base, new, user)):
        return _whole(path, user, "changed by you and by the new version, and not text")
    if git is None:
        return _whole(path, user, "changed by you and by the new version, and no git to merge text")
    code, merged = _run(git, base, new, user, labels)
    if code == 0:
        return Merged(merged)
    if code >= _FAILED or code < 0:
        return _whole(path, user, "changed by you and by the new version; git cannot merge it")
    return Merged(merged, tuple(_found(path, merged)))


def has_markers(content: bytes) -> bool:
    """Whether conflict markers of an earlier merge still stand in a file."""
    lines = content.split(b"\n") if _MARKERS[0] in content else []
    at = 0
    for line in lines:
        if line.startswith(_MARKERS[at]):
            at += 1
            if at == len(_MARKERS):
                return True
    return False


def _whole(path: str, user: bytes, reason: str) -> Merged:
    return Merged(user, (Conflict(path, "", 0, reason),))


def _is_binary(content: bytes) -> bool:
    if b"\0" in content:
        return True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _run(git: Path, base: bytes, new: bytes, user: bytes, labels: Labels) -> tuple[int, bytes]:
    with tempfile.TemporaryDirectory(prefix="tutela-merge-") as folder:
        for name, content in (("user", user), ("base", base), ("new", new)):
            (Path(folder) / name).write_bytes(content)
        shown = [part for name in (labels.user, labels.base, labels.new) for part in ("-L", name)]
        done = subprocess.run(  # noqa: S603 - the program is the caller's, the files are named by us
            [str(git), "merge-file", "--stdout", "--diff3", *shown, "user", "base", "new"],
            cwd=folder,
            env={
                "PATH": str(git.parent),
                "HOME": folder,
                "LC_ALL": "C",
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": "/dev/null",
                "GIT_CEILING_DIRECTORIES": folder,
                "GIT_DIR": str(Path(folder) / "none"),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    return done.returncode, done.stdout


def _found(path: str, merged: bytes) -> list[Conflict]:
    """One conflict for each pair of markers, with the line where it begins in the user's file."""
    conflicts = []
    line = 1
    side = "both"
    for text in merged.split(b"\n"):
        if side == "both" and text.startswith(b"<<<<<<< "):
            conflicts.append(
                Conflict(path, "", line, "changed by you and by the new version at the same place")
            )
            side = "user"
        elif side == "user" and text.startswith(b"||||||| "):
            side = "others"
        elif side == "others" and text.startswith(b">>>>>>> "):
            side = "both"
        elif side in ("both", "user"):
            line += 1
    return conflicts
