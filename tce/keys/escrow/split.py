"""`tutela tce keys escrow split`: a new escrow identity, in shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.secret import Secret
from tce.age import bech32
from tce.age.keys import X25519Identity
from tce.keys import public
from tce.keys.desk import Desk, hold
from tce.keys.new_root import write_recipient
from tce.keys.root import disk, plan
from tce.keys.root.kept import split as shared

VERB = "escrow-split"
RECIPIENT = "keys/recipients/escrow.age"


@dataclass(frozen=True)
class Split:
    """A new escrow: who keeps it, and what is sealed to it."""

    recipient: str
    generation: int
    officers: tuple[str, ...]
    threshold: int
    folder: Path
    """Where the shares lie until each officer took one."""
    files: tuple[str, ...]
    """Of the repository, that are new or changed: to be committed."""

    def __str__(self) -> str:
        lines = [
            f"escrow {self.recipient}, generation {self.generation}: {self.threshold} of"
            f" {', '.join(self.officers)} open everything that is sealed from now on",
            f"{self.folder}: give each officer one share, and delete the folder",
            "what was sealed before still opens with the escrow of before: rotate its headers",
        ]
        return "\n".join([*lines, *public.to_commit(self.files)])

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "recipient": self.recipient,
            "generation": self.generation,
            "officers": list(self.officers),
            "threshold": self.threshold,
            "folder": str(self.folder),
            "files": list(self.files),
        }


def split(desk: Desk, out: Path, order: Path | None, keys: Sequence[str]) -> Split:
    """Make an escrow identity under an order, and write its shares below `out`.

    Raises:
        RefusedError: no order, too few approvals; `out` belongs to a repository.
        CustodyError: too few officers can keep a share; the disk.
    """
    disk.outside(out)
    officers, how = desk.officers, plan.read(desk.folder)
    signers = desk.signers(keys)
    with hold(desk, VERB, officers.environment, order, signers, None) as ceremony:
        identity = X25519Identity.new(desk.random)
        recipient = str(identity.recipient)
        generation = _next(out)
        names, files = shared(
            "escrow", raw(identity), recipient, how, officers, generation, desk.random
        )
        disk.write(out, f"escrow-{generation}", files)
        ceremony.step("escrow identity made and split", f"{how.threshold} of {len(names)}")
        what = f"escrow of {officers.environment}"
        write_recipient(desk.folder / RECIPIENT, recipient, generation, what)
        ceremony.public["recipient"] = recipient
        ceremony.public["shares"] = f"{how.threshold} of {', '.join(names)}"
        ceremony.public["generation"] = str(generation)
    return Split(
        recipient,
        generation,
        tuple(names),
        how.threshold,
        out / f"escrow-{generation}",
        (RECIPIENT, ceremony.file),
    )


def raw(identity: X25519Identity) -> Secret:
    """The 32 bytes of an identity: what is split."""
    return Secret(bech32.decode(identity.text().text())[1])


def _next(out: Path) -> int:
    there = [
        int(one.name.removeprefix("escrow-"))
        for one in (out.iterdir() if out.is_dir() else ())
        if one.name.removeprefix("escrow-").isdigit()
    ]
    return max(there, default=0) + 1
