"""`tutela tce keys revoke`: somebody is no officer any more.

Shares cannot be taken back: whoever kept one keeps it. So the logins end, the root is made anew
without them, and the escrow has to be, which is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tce.custody.custody import Custody
from tce.keys import public
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import MissingError
from tce.keys.desk import Desk, hold
from tce.keys.errors import RefusedError
from tce.keys.new_root import RECIPIENT, remake
from tce.keys.root.elevated import root
from tce.keys.root.kept import Root

VERB = "revoke"
OFFICER = "officer"
"""Word of a secret id's metadata, and so of its tokens, that says whose it is."""


@dataclass(frozen=True)
class Revoked:
    """What an officer had, and has no more."""

    officer: str
    logins: int
    tokens: int
    root: Root
    done: tuple[str, ...]
    record: str
    files: tuple[str, ...]
    """Of the repository, that are new or changed: to be committed."""
    left: tuple[str, ...] = (
        "the escrow: with enough others their share still opens what was sealed until now;"
        " make a new one (tutela tce keys escrow split) and rotate the headers",
        "machines and keys outside of OpenBao: Git, the tunnel, the module's PIN",
    )

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{self.officer}: {self.logins} logins and {self.tokens} tokens ended",
                f"generation {self.root.generation} of the root is in force, without them",
                *self.done,
                *(f"left: {one}" for one in self.left),
                f"recorded: {self.record}",
                *public.to_commit(self.files),
            ]
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "officer": self.officer,
            "logins": self.logins,
            "tokens": self.tokens,
            "generation": self.root.generation,
            "done": list(self.done),
            "left": list(self.left),
            "record": self.record,
            "files": list(self.files),
        }


def revoke(
    desk: Desk,
    officer: str,
    place: Path,
    shares: Sequence[Path],
    identities: Sequence[Path],
    order: Path | None,
    keys: Sequence[str],
) -> Revoked:
    """End an officer's logins and make the root anew without them, under an order of the others.

    Raises:
        RefusedError: the specification still names them; no order, or too few approvals.
        CustodyError: the root cannot be had or kept.
        BaoError: OpenBao refuses.
    """
    officers = desk.officers
    if any(one.name == officer for one in officers.officers):
        raise RefusedError(
            f"spec.yaml still names {officer}: what is made anew would be sealed to them again",
            "take them out of keys.officers, commit, then revoke",
        )
    bao = desk.bao()
    signers = desk.signers(keys)
    custody = desk.custody
    with hold(desk, VERB, f"{OFFICER} {officer}", order, signers, bao) as ceremony:
        made, done, old = remake(desk, bao, place, shares, identities, ceremony)
        with root(bao, old) as elevated:
            logins = _end_logins(elevated, custody, officer)
            tokens = _end_tokens(elevated, officer)
        ceremony.step(f"logins of {officer}", f"{logins} secret ids and {tokens} tokens ended")
    files = (RECIPIENT, ceremony.file)
    return Revoked(officer, logins, tokens, made, done, ceremony.id, files)


def _end_logins(bao: Bao, custody: Custody, officer: str) -> int:
    ended = 0
    for role in custody.approles:
        path = f"auth/{role.mount}/role/{role.name}"
        for accessor in bao.names(f"{path}/secret-id"):
            said = {"secret_id_accessor": accessor}
            try:
                found = bao.write(f"{path}/secret-id-accessor/lookup", said)["data"]
            except MissingError:
                continue
            if (found.get("metadata") or {}).get(OFFICER) == officer:
                bao.write(f"{path}/secret-id-accessor/destroy", said)
                ended += 1
    return ended


def _end_tokens(bao: Bao, officer: str) -> int:
    mine = list(_tokens(bao, officer))
    for accessor in mine:
        bao.write("auth/token/revoke-accessor", {"accessor": accessor})
    return len(mine)


def _tokens(bao: Bao, officer: str) -> Iterator[str]:
    for accessor in bao.names("auth/token/accessors"):
        try:
            found = bao.write("auth/token/lookup-accessor", {"accessor": accessor})["data"]
        except MissingError:
            continue
        if (found.get("meta") or {}).get(OFFICER) == officer:
            yield accessor
