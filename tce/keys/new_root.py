"""`tutela tce keys new-root`: a new unseal key, kept anew; what the old one opened goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.secret import Secret
from tce.keys import public
from tce.keys.bao.client import Bao
from tce.keys.ceremony.ceremony import Ceremony
from tce.keys.desk import Desk, hold
from tce.keys.errors import CustodyError
from tce.keys.root import plan
from tce.keys.root.elevated import StaleRootError, root
from tce.keys.root.kept import Root
from tce.keys.root.rotate import rotate

VERB = "root"
RECIPIENT = "keys/recipients/snapshots.age"


@dataclass(frozen=True)
class NewRoot:
    """What is in force now."""

    root: Root
    done: tuple[str, ...]
    """What was destroyed of the generations before, and what is left to people."""
    files: tuple[str, ...]
    """Of the repository, that are new or changed: to be committed."""
    left: str = (
        "a snapshot or a copy of OpenBao's disk from before keeps what it held: sealed snapshots"
        " of before open only with the old root, which is destroyed where that is said above"
    )

    def __str__(self) -> str:
        number, lines = self.root.generation, []
        if self.root.officers:
            lines = [
                f"generation {number} of the root is in force, shares to"
                f" {', '.join(self.root.officers)}",
                f"give each officer theirs out of generation-{number}, and keep none there",
            ]
        else:
            lines = [f"generation {number} of the root is in force, in the module"]
        return "\n".join([*lines, *self.done, self.left, *public.to_commit(self.files)])

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "generation": self.root.generation,
            "kind": self.root.kind,
            "officers": self.root.officers,
            "snapshots": self.root.snapshots,
            "done": list(self.done),
            "left": self.left,
            "files": list(self.files),
        }


def new_root(
    desk: Desk,
    place: Path,
    shares: Sequence[Path],
    identities: Sequence[Path],
    order: Path | None,
    keys: Sequence[str],
) -> NewRoot:
    """Rotate the root under an order; kept as the specification says now.

    Raises:
        RefusedError: no order, or too few approvals.
        CustodyError: the old root cannot be had, or the new one cannot be kept.
        BaoError: OpenBao refuses.
    """
    bao = desk.bao()
    signers = desk.signers(keys)
    with hold(desk, VERB, desk.officers.environment, order, signers, bao) as ceremony:
        made, done, _ = remake(desk, bao, place, shares, identities, ceremony)
    return NewRoot(made, done, (RECIPIENT, ceremony.file))


def remake(
    desk: Desk,
    bao: Bao,
    place: Path,
    shares: Sequence[Path],
    identities: Sequence[Path],
    ceremony: Ceremony,
) -> tuple[Root, tuple[str, ...], Secret]:
    """Rotate the root within a ceremony: what is in force, what was destroyed, the new key.

    Raises:
        CustodyError: the old root cannot be had, or the new one cannot be kept.
        BaoError: OpenBao refuses.
    """
    keeper, officers, how = desk.keeper(place), desk.officers, plan.read(desk.folder)
    generation, old = in_force(bao, keeper.recover(shares, identities))
    ceremony.step("root recovered", f"generation {generation}")
    kept: list[Secret] = []

    def protect(secret: Secret) -> Root:
        made = keeper.protect(secret, how, officers, desk.later, desk.random)
        kept.append(secret)
        return made

    with root(bao, old) as elevated:
        made = rotate(elevated, old, protect)
    ceremony.step("new root in force", f"generation {made.generation}, {made.kind}")
    done = keeper.retire(made.generation)
    for one in done:
        ceremony.step("old root", one)
    ceremony.public["generation"] = str(made.generation)
    ceremony.public["snapshots"] = made.snapshots
    if made.officers:
        ceremony.public["shares"] = f"{made.threshold} of {', '.join(made.officers)}"
    write_recipient(
        desk.folder / RECIPIENT, made.snapshots, made.generation, "snapshots of OpenBao"
    )
    return made, done, kept[0]


def write_recipient(file: Path, recipient: str, epoch: int, what: str) -> None:
    """Write a recipient's file of the repository, as every other one there.

    Raises:
        CustodyError: it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {what}\n# epoch: {epoch}\n{recipient}\n")
    except OSError as error:
        raise CustodyError(f"cannot write {file}: {error.strerror}") from error


def in_force(bao: Bao, candidates: tuple[tuple[int, Secret], ...]) -> tuple[int, Secret]:
    """Of two generations of a rotation that was cut off, the one that OpenBao takes.

    Raises:
        CustodyError: it takes none of them.
        BaoError: the token may not ask for that.
    """
    for place, (generation, secret) in enumerate(candidates):
        try:
            with root(bao, secret):
                return generation, secret
        except StaleRootError:
            if place == len(candidates) - 1:
                raise
    raise CustodyError("no root is kept here")
