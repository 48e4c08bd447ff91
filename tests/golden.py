"""Golden files: what people or machines read, kept whole beside the test that checks it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Golden:
    """The golden files of one test module, in the folder `golden` beside it."""

    folder: Path
    update: bool
    """Write what is found instead of comparing (`--update-golden`); never in CI."""

    def check(self, name: str, found: str) -> None:
        """Compare a text with its golden file, or replace that."""
        path = self.folder / name
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found, encoding="utf-8")
        assert path.exists(), f"no golden file {path}; look at the text, then: --update-golden"
        assert found == path.read_text(encoding="utf-8")
