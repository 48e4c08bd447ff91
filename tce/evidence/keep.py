"""A run together with its record: written as a DSSE envelope, signed where a key is named."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from securesystemslib.signer import Signer

from blueprints.display import visible
from governance.signing import envelope
from tce.evidence.errors import EvidenceError
from tce.evidence.record import PAYLOAD_TYPE, Record

SUFFIX = ".dsse.json"


class Result(Protocol):
    """What a command returns."""

    @property
    def exit_code(self) -> int:
        """As the front door knows it."""
        ...

    def as_json(self) -> Mapping[str, object]:
        """Plain data."""
        ...


@dataclass(frozen=True)
class Kept:
    """A run's result, and where its record lies."""

    result: Result
    record: Path
    signed: bool

    @property
    def exit_code(self) -> int:
        """The run's own: a record is kept of what failed, too."""
        return self.result.exit_code

    def as_json(self) -> Mapping[str, object]:
        """As the run's own, with ``record``."""
        said = {"file": str(self.record), "signed": self.signed}
        return {**self.result.as_json(), "record": said}

    def __str__(self) -> str:
        how = "signed" if self.signed else "signed by nobody: --key URI"
        return f"{self.result}\nrecord: {visible(str(self.record))} ({how})"


def keep(result: Result, record: Record, file: Path, signers: Sequence[Signer]) -> Kept:
    """Write the record of a run, in place of one that lies there.

    Raises:
        EvidenceError: it cannot be written.
        SigningError: a signer cannot be reached or refuses.
    """
    put(file, envelope.sign(record.statement(), PAYLOAD_TYPE, signers))
    return Kept(result, file, bool(signers))


def put(file: Path, content: bytes) -> None:
    """Replace a file, whole or not at all; its folder is made.

    Raises:
        EvidenceError: it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".tutela-", dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fchmod(stream.fileno(), 0o644)
            os.replace(name, file)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise EvidenceError(f"cannot write {visible(str(file))}: {error.strerror}") from error
