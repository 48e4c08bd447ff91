"""Marked secrets planted where secrets lie, and the environment rendered among them: twice.

Needs no secret to be told. The specification is rendered by the command line in two homes full of
secrets of their own; what comes out has to be the same bytes, and no mark may be in any of it.
"""

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import visible
from tce.canary import world
from tce.canary.canary import Canaries, look

SPECIFICATION = "spec.yaml"
WORLDS = ("one", "two")
PLACES = ("home", "environment")
SECONDS = 300
"""Of one rendering."""


@dataclass(frozen=True)
class Planted:
    """What was rendered among marked secrets."""

    folder: Path
    rendered: Mapping[str, bytes]
    """Path -> content, in the first home; nothing where it cannot be rendered."""
    differing: tuple[str, ...]
    """Paths of which the two homes make other bytes."""
    search: Canaries | None
    """Marks that were looked for in all that came out."""
    broken: str = ""
    """Why it cannot be rendered; empty: it can."""

    @property
    def unread(self) -> tuple[str, ...]:
        """What could not be looked at, a line each."""
        if self.broken:
            return (f"{SPECIFICATION} is not rendered again: {self.broken}",)
        unread = self.search.unread if self.search else ()
        return tuple(f"not searched: {place}: {why}" for place, why in unread)

    @property
    def exit_code(self) -> int:
        """3 where a secret came through, 4 where not everything could be looked at."""
        if self.differing or (self.search and self.search.found):
            return 3
        return 4 if self.unread else 0

    def __str__(self) -> str:
        return "\n".join(visible(line) for line in self._lines())

    def _lines(self) -> Iterator[str]:
        places = f"{len(world.HOME)} files of a home, {len(world.VARIABLES)} variables"
        yield f"{self.folder}: rendered twice among marked secrets ({places})"
        if self.search is not None:
            yield f"{len(self.rendered)} files, {len(self.differing)} of them not the same"
            yield from (f"  not the same: {path}" for path in self.differing)
            found = self.search.found
            yield from (f"  {one.canary}: {one.form}: {one.place}" for one in found)
            yield f"{len(found)} marks found in any form" if found else "no mark found in any form"
        yield from self.unread
        yield "values that are known to be secret: --canary FILE"

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/planted/v1``."""
        return {
            "schema": "tutela/planted/v1",
            "folder": str(self.folder),
            "rendered": len(self.rendered),
            "differing": list(self.differing),
            "search": self.search.as_json() if self.search else None,
            "not_looked_at": list(self.unread),
        }


def plant(folder: Path, random: Callable[[int], bytes], progress: Callable[[str], None]) -> Planted:
    """Render the specification of `folder` in two homes, and look for what lay in them.

    Raises:
        OSError: no specification can be read there, or no files can be made for a while.
        CanaryError: the search does not find what it plants itself.
    """
    text = (folder / SPECIFICATION).read_bytes()
    with tempfile.TemporaryDirectory(prefix="tutela-planted-") as name:
        place = Path(name)
        progress("rendering among marked secrets")
        with ThreadPoolExecutor(len(WORLDS)) as both:
            done = list(both.map(lambda one: _render(place / one, one, text, random), WORLDS))
        if any(done):
            return Planted(folder, {}, (), None, next(filter(None, done)))
        trees = [_tree(place / one / "out") for one in WORLDS]
        searched = [place / one / what for one in WORLDS for what in ("out", "printed")]
        marks = [place / f"{what}-{one}" for one in WORLDS for what in PLACES]
        result = look(searched, marks, random, progress)
    paths = sorted({path for tree in trees for path in tree})
    differing = tuple(path for path in paths if len({tree.get(path) for tree in trees}) > 1)
    return Planted(folder, trees[0], differing, result)


def _render(place: Path, name: str, text: bytes, random: Callable[[int], bytes]) -> str:
    """Render in a home of its own; return why that cannot be done."""
    home = place / "home"
    home.mkdir(parents=True)
    marks = {what: _mark(random(20)) for what in PLACES}
    for what, mark in marks.items():
        (place.parent / f"{what}-{name}").write_text(mark)
    world.fill(home, marks["home"])
    (place / SPECIFICATION).write_bytes(text)
    words = ("tce", "render", SPECIFICATION, "--out", "out")
    try:
        done = subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-m", "tutela", *words],
            cwd=place,
            env={
                **world.variables(home, marks["environment"]),
                # Where this program lies, which may be a home's own packages.
                "PYTHONPATH": os.pathsep.join(str(Path(one).absolute()) for one in sys.path),
                "PATH": os.defpath,
                "PYTHONSAFEPATH": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"not done after {SECONDS} s"
    (place / "printed").write_bytes(done.stdout + done.stderr)
    if done.returncode:
        said = done.stderr.decode(errors="replace").splitlines()
        return said[0] if said else f"exit code {done.returncode}"
    return ""


def _mark(random: bytes) -> str:
    return "tutela-planted-" + base64.b32encode(random).decode().rstrip("=").lower()


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
