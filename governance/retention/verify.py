"""`tutela retention verify`: who signed what a report decided, and are its files still those."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from securesystemslib.signer import Key

from blueprints.display import visible
from governance.retention.write.signed import PAYLOAD_TYPE, SCHEMA, sha256
from governance.signing import envelope, keyfile
from governance.signing.errors import SigningError

State: TypeAlias = Literal["the same", "another", "not here"]


@dataclass(frozen=True)
class Verified:
    """A statement whose signature holds."""

    file: str
    as_of: str
    by: tuple[str, ...]
    """Names of the keys' files."""
    scope: str
    artifacts: int
    expire: int
    files: tuple[tuple[str, State], ...]

    @property
    def exit_code(self) -> int:
        """3 where a file is another one, 4 where one is not there."""
        states = [state for _, state in self.files]
        return 3 if "another" in states else 4 if "not here" in states else 0

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/retention-verified/v1``."""
        return {
            "schema": "tutela/retention-verified/v1",
            "file": self.file,
            "as_of": self.as_of,
            "signed_by": list(self.by),
            "scope": self.scope,
            "artifacts": self.artifacts,
            "expire": self.expire,
            "files": [{"name": name, "state": state} for name, state in self.files],
        }

    def __str__(self) -> str:
        lines = [
            f"{self.file}: signed by {', '.join(self.by)}",
            f"decided {self.as_of}, {self.scope}: {self.artifacts:,} artifacts, {self.expire:,} "
            "may go",
            *(f"{name}: {state}" for name, state in self.files),
        ]
        return "\n".join(visible(line) for line in lines)


class _Model(BaseModel):
    # A newer version may say more.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _File(_Model):
    name: Annotated[str, Field(pattern=r"^[^/\x00]+$", max_length=255)]
    sha256: str


class _Sum(_Model):
    artifacts: int


class _Totals(_Sum):
    expire: _Sum


class _Statement(_Model):
    schema_: Annotated[Literal["tutela/retention-statement/v1"], Field(alias="schema")]
    as_of: str
    scope: dict[str, str | None]
    totals: _Totals
    files: list[_File]


def verify(statement: Path, trusted: Sequence[Path]) -> Verified:
    """Verify a statement against keys that count.

    Raises:
        SigningError: it is no statement, or a file of `trusted` holds no key.
        UnverifiedError: none of these keys signed it.
    """
    keys = {key.keyid: (key, path.name) for path in trusted for key in [_key(path)]}
    signed = envelope.verify(_text(statement), PAYLOAD_TYPE, [key for key, _ in keys.values()])
    try:
        said = _Statement.model_validate(json.loads(signed.payload))
    except (ValidationError, ValueError) as error:
        raise SigningError(f"{statement}: not a statement of {SCHEMA}") from error
    scope = ", ".join(f"{name} {value}" for name, value in said.scope.items() if value)
    return Verified(
        file=str(statement),
        as_of=said.as_of,
        by=tuple(keys[one][1] for one in signed.keyids),
        scope=scope or "everything",
        artifacts=said.totals.artifacts,
        expire=said.totals.expire.artifacts,
        files=tuple((one.name, _state(statement.parent / one.name, one)) for one in said.files),
    )


def _state(path: Path, said: _File) -> State:
    if not path.is_file():
        return "not here"
    return "the same" if sha256(path) == said.sha256 else "another"


def _key(path: Path) -> Key:
    return keyfile.public(_text(path), str(path))


def _text(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(envelope.LARGEST)
    except OSError as error:
        raise SigningError(f"{path}: {error.strerror}") from error
