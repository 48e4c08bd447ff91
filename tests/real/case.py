"""One fixture: a small bucket as a library left it, and what is true of it.

A writer module makes its cases with `Case`; `Case.close` holds the facts against the files
(every file belongs to exactly one artifact, the parts of its bytes sum up) and writes
`expected.json`. Nothing here comes from tutela's own code, so that the fixtures are a second
opinion on it.
"""

import fnmatch
import json
import shutil
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

PROGRAMS = ("zero_to_fp32.py", "zero_to_torch.py")
"""What DeepSpeed copies into a save, for those who want one file out of many."""


class Case:
    """A case named `name` under `folder`: files in `tree`, facts in `expected.json`.

    `libraries` are distribution names; their installed versions are recorded. A case that no
    installed library wrote says `by_hand` instead: where its file names come from, and why.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        source: str,
        libraries: Sequence[str] = (),
        *,
        by_hand: str | None = None,
    ) -> None:
        if bool(libraries) == bool(by_hand):
            raise ValueError(f"{name}: either libraries or by_hand")
        self._folder = folder / name
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self.tree = self._folder / "tree"
        self.tree.mkdir(parents=True)
        self._source = source
        self._written_by = (
            f"hand-made from {by_hand}"
            if by_hand
            else ", ".join(f"{library}=={version(library)}" for library in libraries)
        )
        self._artifacts: list[dict[str, object]] = []
        self._claimed: set[str] = set()
        self.note: str | None = None

    def listing(self) -> list[str]:
        """Every file as the key it would have in a bucket. Symlinks are no objects."""
        return sorted(
            path.relative_to(self.tree).as_posix()
            for path in self.tree.rglob("*")
            if path.is_file() and not path.is_symlink()
        )

    def size(self, key: str) -> int:
        """Bytes of one file of the tree."""
        return (self.tree / key).stat().st_size

    def put(self, key: str, content: bytes | str) -> None:
        """Write one file of the tree."""
        path = self.tree / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def artifact(
        self,
        root: str,
        kind: str,
        layout: str,
        *,
        slot: str = "",
        files: Iterable[str] = ("*",),
        parts: Iterable[str] = (),
        step: int | None = None,
        weights: Iterable[str] = (),
        optimizer: Iterable[str] = (),
        mixed: tuple[int, int] | None = None,
        complete: bool | None = True,
        named: Iterable[str] = (),
        needed: Iterable[str] = (),
        named_elsewhere: Iterable[str] = (),
        missing: Iterable[str] = (),
        why: str | None = None,
        base_model: str | None = None,
    ) -> None:
        """State one artifact; it owns the files under `root` that no earlier one owns.

        Patterns (`files`, `weights`, `optimizer`, `named`) are appended to `root` and must each
        match a file; `*` also matches `/`. `missing` is likewise relative to `root`. `complete`
        null needs `why`. `named_elsewhere` are whole keys that it names but does not own.
        `needed`: files without which the library cannot load it, but that only a reader of its
        inner format can name. `mixed`: bytes of weights and of optimizer state that the library
        finds in files that hold both; `weights` and `optimizer` are files of one kind only.
        """
        self._drop_prose()
        if (complete is None) != (why is not None):
            raise ValueError(f"{root}: why goes with complete null")
        if (complete is False) != bool(tuple(missing)):
            raise ValueError(f"{root}: missing goes with complete false")
        own = [key for key in self._match(root, files) if key not in self._claimed]
        if not own:
            raise ValueError(f"{root}{slot}: no file left for it")
        self._claimed.update(own)
        total = sum(map(self.size, own))
        strange = set(named_elsewhere) - set(self.listing())
        if strange:
            raise ValueError(f"{root}: names what is not there: {strange}")
        mixed_weights, mixed_optimizer = mixed or (0, 0)
        weight_bytes = mixed_weights + self._bytes(root, weights, own)
        optimizer_bytes = mixed_optimizer + self._bytes(root, optimizer, own)
        if weight_bytes + optimizer_bytes > total:
            raise ValueError(f"{root}: more bytes in its parts than in its files")
        fact: dict[str, object] = {
            "root": root,
            "slot": slot,
            "kind": kind,
            "layout": layout,
            "parts": sorted({layout, *parts}),
            "step": step,
            "objects": len(own),
            "bytes": total,
            "bytes_weights": weight_bytes,
            "bytes_optimizer": optimizer_bytes,
            "bytes_other": total - weight_bytes - optimizer_bytes,
            "complete": complete,
            "missing": sorted(root + name for name in missing),
            "base_model": base_model,
            "named": sorted(
                {*named_elsewhere, *(key for key in self._match(root, named) if key in own)}
            ),
        }
        if needed := self._match(root, needed):
            fact["needed"] = needed
        if mixed:
            fact |= {"mixed_weights": mixed_weights, "mixed_optimizer": mixed_optimizer}
        if why is not None:
            fact["why"] = why
        self._artifacts.append(fact)

    def run(self, root: str, files: Iterable[str] = ("*",)) -> None:
        """State the run-level files under `root`: trackers, logs, what outlives every save."""
        self.artifact(root, "run", "run", slot="run", files=files)

    def close(self) -> None:
        """Check that nothing is left over and write `expected.json`."""
        left = set(self.listing()) - self._claimed
        if left:
            raise ValueError(f"{self._folder.name}: in no artifact: {sorted(left)}")
        ordered = sorted(self._artifacts, key=lambda fact: (fact["root"], fact["slot"]))
        facts: dict[str, object] = {"source": self._source, "written_by": self._written_by}
        if self.note is not None:
            facts["note"] = self.note
        facts["artifacts"] = ordered
        text = json.dumps(facts, indent=1, ensure_ascii=False)
        (self._folder / "expected.json").write_text(text + "\n", encoding="utf-8")

    def _drop_prose(self) -> None:
        """Leave of programs and model cards that libraries copy into a save only what is data.

        Their names and front matter count here; their text is not ours to pass on.
        """
        for key in self.listing():
            name = key.rpartition("/")[2]
            if name in PROGRAMS:
                self.put(key, "# The library copies a program of its own here.\n")
            elif name == "README.md":
                text = (self.tree / key).read_text(encoding="utf-8")
                head, mark, _ = text.removeprefix("---\n").partition("\n---\n")
                if text.startswith("---\n") and mark:
                    self.put(key, f"---\n{head}{mark}")

    def _match(self, root: str, patterns: Iterable[str]) -> list[str]:
        found: set[str] = set()
        under = [key for key in self.listing() if key.startswith(root)]
        for pattern in patterns:
            matched = [key for key in under if fnmatch.fnmatchcase(key[len(root) :], pattern)]
            if not matched:
                raise ValueError(f"{self._folder.name}: nothing matches {root}{pattern}")
            found.update(matched)
        return sorted(found)

    def _bytes(self, root: str, patterns: Iterable[str], own: list[str]) -> int:
        return sum(self.size(key) for key in self._match(root, patterns) if key in own)
