"""Who a command is in OpenBao: whose token it has, or root where the root is brought."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tce.keys.bao.client import Bao
from tce.keys.desk import Desk
from tce.keys.new_root import in_force
from tce.keys.root.elevated import root


@contextmanager
def raised(
    desk: Desk, place: Path | None, shares: Sequence[Path], identities: Sequence[Path]
) -> Iterator[Bao]:
    """Yield a connection; one as root is revoked at the end.

    Args:
        desk: who is asked for a token, a PIN, a passphrase.
        place: where the root is kept; None: as the token that is asked for.
        shares: files of officers; none where a module keeps the root.
        identities: files that open the shares.

    Raises:
        ShareError: the shares do not make the root.
        CustodyError: the root cannot be had, or is not in force.
        BaoError: OpenBao cannot be reached, or refuses.
    """
    bao = desk.bao()
    if place is None:
        yield bao
        return
    _, secret = in_force(bao, desk.keeper(place).recover(shares, identities))
    with root(bao, secret) as elevated:
        yield elevated
