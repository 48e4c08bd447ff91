"""Playbooks and roles as they lie in a blueprint, for its repositories."""

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from blueprints.engine.blueprint import File, Owner


def tree(folder: Path, top: Collection[str]) -> Iterator[File]:
    """Every file of a folder under ``ansible/``; settings named in `top` in the top, shared."""
    for path, content in _read(folder):
        if path in top:
            yield File(path, content, Owner.SHARED)
        else:
            yield File(f"ansible/{path}", content)


@cache
def _read(folder: Path) -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (file.relative_to(folder).as_posix(), file.read_bytes())
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    )
