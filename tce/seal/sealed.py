"""What sealing and opening end with, for people and programs."""

from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.display import count, size, visible
from blueprints.errors import ExpectedError

_SHOWN = 20
"""Files that are named; of more the number is."""


@dataclass(frozen=True)
class Failed:
    """One file of several that was not done."""

    name: str
    error: ExpectedError

    def as_json(self) -> dict[str, object]:
        """Name, kind and message."""
        return {"name": self.name, "kind": self.error.kind, "message": str(self.error)}


@dataclass(frozen=True)
class Sealed:
    """One object that was sealed."""

    name: str
    id: str
    version: int
    plain_size: int
    """Bytes of the plaintext."""
    body_size: int
    uri: str
    """Of the age file, or of the body in detached mode."""

    def as_json(self) -> dict[str, object]:
        """All of it."""
        return {
            "name": self.name,
            "id": self.id,
            "version": self.version,
            "plain_size": self.plain_size,
            "body_size": self.body_size,
            "uri": self.uri,
        }


@dataclass(frozen=True)
class SealedAll:
    """What ``tutela tce seal`` has done."""

    sealed: tuple[Sealed, ...]
    failed: tuple[Failed, ...]
    recipients: tuple[str, ...]
    epoch: int
    sender: str
    transfer: str
    headers: str | None
    """The header store; None: attached."""
    left_out: int
    """Files that were sealed ones already."""
    warnings: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """4 where some files failed."""
        return _exit_code(self.sealed, self.failed)

    def __str__(self) -> str:
        total = size(sum(one.plain_size for one in self.sealed))
        whom = count(len(self.recipients)) + (
            " recipients" if len(self.recipients) > 1 else " recipient"
        )
        lines = [f"sealed {_files(len(self.sealed))}, {total}, to {whom}, signed by {self.sender}"]
        lines += _some([f"{one.name}  {size(one.plain_size)}  {one.uri}" for one in self.sealed])
        if self.headers:
            lines.append(f"headers, manifests and versions: {self.headers}")
        if self.left_out:
            lines.append(f"left out: {_files(self.left_out)} that are sealed already")
        lines += _problems(self.failed, self.warnings)
        return visible_lines(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/seal/v1``."""
        return {
            "schema": "tutela/seal/v1",
            "sealed": [one.as_json() for one in self.sealed],
            "failed": [one.as_json() for one in self.failed],
            "recipients": list(self.recipients),
            "epoch": self.epoch,
            "sender": self.sender,
            "transfer": self.transfer,
            "headers": self.headers,
            "left_out": self.left_out,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class Opened:
    """One object that was opened."""

    name: str
    uri: str
    """Where the plaintext lies."""
    size: int
    """Bytes."""
    version: int | None
    """As its manifest says."""
    sender: str | None
    """Whose signature was verified; None: nobody's."""
    current: bool
    """A version record says that this is the version that counts."""
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """All of it."""
        return {
            "name": self.name,
            "uri": self.uri,
            "size": self.size,
            "version": self.version,
            "sender": self.sender,
            "current": self.current,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class OpenedAll:
    """What ``tutela tce open`` has done."""

    opened: tuple[Opened, ...]
    failed: tuple[Failed, ...]
    warnings: tuple[str, ...] = ()
    """Of what was named, rather than of one object."""

    @property
    def exit_code(self) -> int:
        """4 where some files failed."""
        return _exit_code(self.opened, self.failed)

    def __str__(self) -> str:
        total = size(sum(one.size for one in self.opened))
        lines = [f"opened {_files(len(self.opened))}, {total}"]
        lines += _some([_line(one) for one in self.opened])
        warnings = [f"{one.name}: {text}" for one in self.opened for text in one.warnings]
        warnings += self.warnings
        lines += _problems(self.failed, warnings)
        return visible_lines(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/open/v1``."""
        return {
            "schema": "tutela/open/v1",
            "opened": [one.as_json() for one in self.opened],
            "failed": [one.as_json() for one in self.failed],
            "warnings": list(self.warnings),
        }


def _line(one: Opened) -> str:
    who = f"from {one.sender}" if one.sender else "from an unproven sender"
    version = f"version {one.version}" if one.version else "of an unproven version"
    return f"{one.uri}  {size(one.size)}  {version}, {who}"


def _exit_code(done: Sequence[object], failed: Sequence[Failed]) -> int:
    if not failed:
        return 0
    return 4 if done else 1


def _problems(failed: Sequence[Failed], warnings: Sequence[str]) -> list[str]:
    lines = [f"failed: {one.name}: {one.error}" for one in failed]
    return lines + [f"warning: {text}" for text in warnings]


def _some(lines: Sequence[str]) -> list[str]:
    shown = [f"  {line}" for line in lines[:_SHOWN]]
    more = len(lines) - _SHOWN
    return [*shown, f"  and {_files(more)} more"] if more > 0 else shown


def _files(number: int) -> str:
    return f"{count(number)} file" if number == 1 else f"{count(number)} files"


def visible_lines(lines: Sequence[str]) -> str:
    """Lines that a terminal shows as they are."""
    return "\n".join(visible(line) for line in lines)
