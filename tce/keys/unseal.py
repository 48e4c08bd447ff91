"""`tutela tce keys unseal`: OpenBao is given its root back, from the module or from shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tce.keys.desk import Desk
from tce.keys.root.elevated import unseal as give


@dataclass(frozen=True)
class Unsealed:
    """OpenBao is unsealed."""

    server: str
    generation: int | None
    """Of the root that it took; None: it was unsealed already."""

    def __str__(self) -> str:
        if self.generation is None:
            return f"{self.server} was unsealed already"
        return f"{self.server} is unsealed, by generation {self.generation} of its root"

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {"server": self.server, "generation": self.generation}


def unseal(desk: Desk, place: Path, shares: Sequence[Path], identities: Sequence[Path]) -> Unsealed:
    """Unseal the institution's OpenBao.

    Args:
        desk: the repository, and who is asked for a PIN or a passphrase.
        place: the folder of the root.
        shares: files of officers; none where a module keeps it.
        identities: files that open the shares.

    Raises:
        ShareError: the shares do not make the root.
        CustodyError: OpenBao takes none of the roots that are kept; the module refuses.
        BaoError: it cannot be reached.
    """
    bao = desk.bao(login=False)
    if not bao.read("sys/seal-status")["sealed"]:
        return Unsealed(bao.server, None)
    candidates = desk.keeper(place).recover(shares, identities)
    return Unsealed(bao.server, give(bao, candidates))
