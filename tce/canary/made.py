"""`tutela tce canary --new`: a value that is a secret of nobody, to be planted."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import visible
from tce.canary.errors import CanaryError


@dataclass(frozen=True)
class Made:
    """Where it lies."""

    path: Path

    def __str__(self) -> str:
        return visible(f"{self.path}: a new canary, to be put where only the institution reads")

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/canary/v1``."""
        return {"schema": "tutela/canary/v1", "file": str(self.path)}


def made(path: Path, folders: Sequence[Path], canaries: Sequence[Path], random: bytes) -> Made:
    """Write a new canary, which says what it is; `random` is 32 bytes.

    Raises CanaryError where the file is there already or cannot be written.
    """
    if folders or canaries:
        raise CanaryError("--new stands alone: nothing is looked for", f"--new {path}")
    text = b"tutela-canary-" + base64.b32encode(random).rstrip(b"=").lower() + b"\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
    except OSError as error:
        raise CanaryError(f"{path}: {error.strerror}") from None
    return Made(path)
