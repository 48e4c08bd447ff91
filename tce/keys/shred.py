"""`tutela tce keys shred`: what a key opens is unreadable for ever, where no copy of it is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tce.custody.custody import Custody
from tce.custody.names import IDENTITIES
from tce.keys.bao import kv, transit
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, GoneKeyError, MissingError
from tce.keys.ceremony.ceremony import Ceremony
from tce.keys.desk import Desk, hold
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.uri import BaoKey, parse

VERB = "shred"


@dataclass(frozen=True)
class Shredded:
    """What was destroyed, and what could still bring it back."""

    target: str
    destroyed: tuple[str, ...]
    record: str
    left: tuple[str, ...] = (
        "a snapshot of OpenBao from before still holds it: it is gone when these are destroyed, or"
        " when the root that they are sealed to is (tutela tce keys new-root)",
        "whoever took the key, a file key or a plain copy before keeps it",
    )

    def __str__(self) -> str:
        lines = [f"{one}: destroyed" for one in self.destroyed]
        return "\n".join(
            [*lines, *(f"left: {one}" for one in self.left), f"recorded: {self.record}"]
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "target": self.target,
            "destroyed": list(self.destroyed),
            "left": list(self.left),
            "record": self.record,
        }


def shred(desk: Desk, target: str, order: Path | None, keys: Sequence[str]) -> Shredded:
    """Destroy a bucket's identity and the key that wraps it, or one key or secret of OpenBao's.

    The token has to be one of a login that destroys; an order alone opens nothing.

    Args:
        desk: where.
        target: a bucket of the specification, or ``bao://<mount>/keys/<name>``,
            ``bao://<mount>/data/<path>``.
        order: signed by enough officers.
        keys: who signs the record.

    Raises:
        RefusedError: no order, or too few approvals; the evidence key, which signs the record.
        CustodyError: there is no such bucket or key; it is still there afterwards.
        BaoError: OpenBao refuses.
    """
    custody = desk.custody
    parts = _parts(target, custody)
    bao = desk.bao()
    with hold(desk, VERB, target, order, desk.signers(keys), bao) as ceremony:
        destroyed = tuple(_destroy(bao, one, ceremony) for one in parts)
        for one in parts:
            if not _gone(bao, one):
                raise CustodyError(f"{one} is still there")
            ceremony.step(f"{one} asked for again", "gone")
        ceremony.public["destroyed"] = ", ".join(destroyed)
    return Shredded(target, destroyed, ceremony.id)


def _parts(target: str, custody: Custody) -> tuple[BaoKey, ...]:
    bucket = next((one for one in custody.identities if one.name == target), None)
    if bucket is not None:
        mount, _, name = bucket.key.partition("/keys/")
        wrapped = BaoKey(bucket.engine, "data", f"{IDENTITIES}/{bucket.name}")
        # The key last: should this stop in between, the order goes on and finds what is left.
        return wrapped, BaoKey(mount, "keys", name)
    if not target.startswith("bao://"):
        known = ", ".join(one.name for one in custody.identities) or "none"
        raise CustodyError(f"{target} is no bucket of {custody.environment}: {known}")
    uri = parse(target)
    if not isinstance(uri, BaoKey):
        raise CustodyError(f"{target} is nothing of OpenBao's")
    if str(uri) == f"bao://{custody.evidence}":
        raise RefusedError("without the evidence key no record can be verified any more")
    if uri.mount not in {one.path for one in custody.engines}:
        raise CustodyError(f"{uri.mount} is no engine of {custody.environment}")
    return (uri,)


def _destroy(bao: Bao, key: BaoKey, ceremony: Ceremony) -> str:
    if key.kind == "keys":
        try:
            versions = transit.state(bao, key.mount, key.path).latest
            transit.delete(bao, key.mount, key.path)
            said = f"{key} with {versions} versions"
        except GoneKeyError:
            said = f"{key} (was gone already)"
    else:
        versions = len(kv.versions(bao, key.mount, key.path))
        kv.forget(bao, key.mount, key.path)
        said = f"{key} with {versions} versions" if versions else f"{key} (was gone already)"
    ceremony.step(said, "destroyed")
    return said


def _gone(bao: Bao, key: BaoKey) -> bool:
    try:
        if key.kind == "keys":
            transit.state(bao, key.mount, key.path)
        else:
            return not kv.versions(bao, key.mount, key.path)
    except MissingError:
        return True
    except BaoError:
        return False
    return False
