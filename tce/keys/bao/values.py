"""What lies in KV engines before anybody can work: wrapped identities, passphrases of volumes."""

import base64
from collections.abc import Callable, Iterator
from functools import partial

from tce.custody import names
from tce.custody.custody import Custody, Identity, Volume
from tce.keys.bao import identities, kv
from tce.keys.bao.change import Change
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import MissingError

_PASSPHRASE_BYTES = 48
PASSPHRASE = "passphrase"  # noqa: S105 - the field's name
Random = Callable[[int], bytes]


def changes(custody: Custody, bao: Bao, random: Random) -> Iterator[Change]:
    """Yield what is missing; what is there already is never written again.

    Raises:
        BaoError: OpenBao cannot be asked.
    """
    for identity in custody.identities:
        where = f"{identity.engine}/data/{path(identity)}"
        if not _versions(bao, identity.engine, path(identity)):
            yield Change(
                f"identity {where}",
                "missing",
                identity.place,
                partial(_make, identity, bao, random),
            )
    for volume in custody.volumes:
        if volume.made_by == "officers" and not _versions(bao, volume.engine, volume.path):
            yield Change(
                f"passphrase {volume.engine}/data/{volume.path}",
                "missing",
                do=partial(_passphrase, volume, bao, random),
            )


def path(identity: Identity) -> str:
    """Where an identity lies in its engine."""
    return f"{names.IDENTITIES}/{identity.name}"


def recipients(custody: Custody, bao: Bao) -> Iterator[tuple[str, identities.Wrapped]]:
    """Yield name and current epoch of each bucket that has an identity.

    Raises:
        BaoError: OpenBao cannot be asked.
    """
    for one in custody.identities:
        try:
            yield one.name, identities.read(bao, one.engine, path(one))
        except MissingError:
            continue


def _versions(bao: Bao, engine: str, at: str) -> list[int]:
    """As `kv.versions`; an engine that is not there yet has none."""
    try:
        return kv.versions(bao, engine, at)
    except MissingError:
        return []


def _make(identity: Identity, bao: Bao, random: Random) -> None:
    identities.make(bao, identity.engine, path(identity), identity.key, random, after=None)


def _passphrase(volume: Volume, bao: Bao, random: Random) -> None:
    made = base64.b64encode(random(_PASSPHRASE_BYTES)).decode()
    kv.put(bao, volume.engine, volume.path, {PASSPHRASE: made}, after=0)
