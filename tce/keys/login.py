"""`tutela tce keys hand-out` and `login`: logins of people and programs, as files of their own.

A login (role and secret id, AppRole) is handed out once and kept by whom it is for; a token that it
gives lives for an hour and is what every other command reads (``TUTELA_TOKEN_FILE``). Neither is
ever printed. Source: openbao.org/api-docs/auth/approle.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from blueprints.secret import Secret
from tce.custody.custody import Custody
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, MissingError
from tce.keys.errors import CustodyError
from tce.keys.revoke import OFFICER

SCHEMA = "tutela/login/v1"
_LARGEST = 1 << 16


@dataclass(frozen=True)
class HandedOut:
    """A login that was written to a file."""

    role: str
    file: Path
    accessor: str
    """With which the secret id is found and destroyed; it opens nothing."""

    def __str__(self) -> str:
        return (
            f"{self.file}: login {self.role} (accessor {self.accessor})\n"
            f"next: tutela tce keys login {self.file} DIR --out TOKEN"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "schema": "tutela/login-handed-out/v1",
            "role": self.role,
            "file": str(self.file),
            "accessor": self.accessor,
        }


@dataclass(frozen=True)
class LoggedIn:
    """A token that was written to a file."""

    role: str
    file: Path
    seconds: int
    """How long it lives."""

    def __str__(self) -> str:
        return (
            f"{self.file}: token of {self.role}, for {self.seconds // 60} minutes\n"
            f"next: export TUTELA_TOKEN_FILE={self.file}"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "schema": "tutela/logged-in/v1",
            "role": self.role,
            "file": str(self.file),
            "seconds": self.seconds,
        }


def hand_out(custody: Custody, bao: Bao, role: str, whose: str, out: Path) -> HandedOut:
    """Make a login of a role and write it to `out`, which nobody else may read.

    Args:
        custody: names the role.
        bao: whoever may hand it out.
        role: of people and programs, or of machines.
        whose: the officer or program that it is for: `revoke` finds it, and its tokens, by that.
        out: nothing may be there.

    Raises:
        CustodyError: no such role; something is at `out` already.
        BaoError: a subclass for what is wrong.
    """
    known = {one.name: one.mount for one in custody.approles}
    if role not in known:
        raise CustodyError(f"{role} is no login of {custody.environment}", *sorted(known))
    at = f"auth/{known[role]}/role/{role}"
    # Before the secret id is made: one that cannot be written down would be nobody's.
    number = _new(out)
    try:
        role_id = bao.read(f"{at}/role-id")["data"]["role_id"]
        metadata = json.dumps({OFFICER: whose})
        made = bao.write(f"{at}/secret-id", {"metadata": metadata})["data"]
        said = {
            "schema": SCHEMA,
            "mount": known[role],
            "role": role,
            "role_id": role_id,
            "secret_id": made["secret_id"],
        }
        _write(number, json.dumps(said, indent=1).encode() + b"\n")
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    return HandedOut(role, out, str(made["secret_id_accessor"]))


def login(file: Path, bao: Bao, out: Path) -> LoggedIn:
    """Log in, and write the token to `out`, which nobody else may read; an older one is replaced.

    Args:
        file: of :func:`hand_out`.
        bao: as nobody.
        out: for the token.

    Raises:
        CustodyError: `file` is no login; `out` cannot be written.
        BaoError: the login was revoked or has expired, or comes from another address.
    """
    said = _read(file)
    try:
        answer = bao.write(
            f"auth/{said['mount']}/login",
            {"role_id": said["role_id"], "secret_id": said["secret_id"]},
        )["auth"]
    except MissingError:
        raise CustodyError(f"{bao.server} knows no logins of {said['mount']}") from None
    except BaoError as error:
        if "invalid role or secret" in str(error) or "invalid secret id" in str(error):
            raise CustodyError(
                f"{file}: this login was revoked, or has expired",
                f"tutela tce keys hand-out {said['role']} DIR --for NAME --out FILE",
            ) from None
        raise
    out.unlink(missing_ok=True)
    _write(_new(out), str(answer["client_token"]).encode() + b"\n")
    return LoggedIn(str(said["role"]), out, int(answer["lease_duration"]))


def _read(file: Path) -> dict[str, str]:
    """What a login's file holds; without causes, as they would show it."""
    try:
        with file.open("rb") as opened:
            state = os.fstat(opened.fileno())
            if state.st_mode & 0o077:
                raise CustodyError(f"{file} can be read by others", f"chmod 600 {file}")
            text = Secret(opened.read(_LARGEST))
    except OSError as error:
        raise CustodyError(f"{file}: {error.strerror}") from error
    try:
        said = json.loads(text.reveal())
    except ValueError:
        said = None
    wanted = ("mount", "role", "role_id", "secret_id")
    if (
        not isinstance(said, dict)
        or said.get("schema") != SCHEMA
        or not all(isinstance(said.get(name), str) for name in wanted)
    ):
        raise CustodyError(f"{file}: not a login ({SCHEMA})") from None
    return said


def _new(out: Path) -> int:
    try:
        return os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise CustodyError(f"{out} is there already: a secret is never overwritten") from None
    except OSError as error:
        raise CustodyError(f"{out}: {error.strerror}") from error


def _write(number: int, content: bytes) -> None:
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
