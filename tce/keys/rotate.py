"""`tutela tce keys rotate`: a new version of a key, or a new identity of a bucket.

- ``bucket-<name>``: the bucket's identity is wrapped by the new version. With an order, older
  versions of the key and what they wrapped are destroyed: older identities of the bucket too.
- ``identities/<name>``: a new epoch. New objects are sealed to it; older ones open with the older
  identity until their headers are rotated.
- ``evidence``: ``keys/evidence.pem`` shows one key more; older signatures stay valid.
- others: both versions are in use, until what the older one encrypted is written anew.

Nobody is revoked by it: who held an identity, holds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import visible
from tce.custody import names
from tce.custody.custody import Custody, Identity, TransitKey
from tce.keys import apply as applying
from tce.keys import public
from tce.keys.bao import identities, kv, transit, values
from tce.keys.bao.client import Bao
from tce.keys.ceremony.ceremony import Ceremony
from tce.keys.desk import Desk, hold, note
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.new_root import in_force
from tce.keys.root.elevated import root as elevated

VERB = "rotate"


@dataclass(frozen=True)
class Rotated:
    """What is new, and what is not."""

    target: str
    done: tuple[str, ...]
    left: tuple[str, ...]
    files: tuple[str, ...]

    def __str__(self) -> str:
        lines = [*self.done, *(f"left: {one}" for one in self.left)]
        lines += public.to_commit(self.files)
        return "\n".join(visible(line) for line in lines)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "schema": "tutela/key-rotated/v1",
            "target": self.target,
            "done": list(self.done),
            "left": list(self.left),
            "files": list(self.files),
        }


def rotate(
    desk: Desk, target: str, keys: Sequence[str], progress: Callable[[str], None]
) -> Rotated:
    """Rotate one key or identity of the environment; nothing is destroyed.

    Args:
        desk: where.
        target: a transit key's name, or ``identities/<bucket>``.
        keys: who signs the record; default: the evidence key.
        progress: shows what is being done.

    Raises:
        CustodyError: the environment has none of that name.
        GoneKeyError: it was deleted.
        BaoError: a subclass for what is wrong; what was done before stays, and it can be repeated.
    """
    custody = desk.custody
    key, bucket = _target(custody, target)
    bao = desk.bao()
    with note(desk, VERB, target, desk.signers(keys)) as ceremony:
        progress(target)
        if bucket is not None:
            done, left = _identity(bucket, bao, desk.random)
        else:
            done, left = _key(custody, key, bao)
        return _said(desk, custody, bao, target, ceremony, done, left)


@dataclass(frozen=True)
class Root:
    """With what an order's rotation becomes root for a moment."""

    place: Path
    shares: Sequence[Path] = ()
    identities: Sequence[Path] = ()


def retire(
    desk: Desk,
    target: str,
    order: Path,
    root: Root,
    keys: Sequence[str],
    progress: Callable[[str], None],
) -> Rotated:
    """Rotate a key that wraps identities, and destroy its older versions under an order.

    Raises:
        RefusedError: too few approvals; a key whose older versions are still needed elsewhere.
        CustodyError: the root cannot be had; the environment has no such key.
        BaoError: a subclass for what is wrong; the order goes on where it stopped.
    """
    custody = desk.custody
    key, bucket = _target(custody, target)
    wrapping = f"{key.engine}/keys/{key.name}"
    mine = [one for one in custody.identities if one.key == wrapping]
    if bucket is not None or not mine:
        raise RefusedError(
            f"older versions of {target} are needed by what they encrypted or signed: only keys"
            " of buckets are retired",
            *(
                f"tutela tce keys rotate {one.key.rpartition('/')[2]} DIR --order ORDER"
                for one in custody.identities
            ),
        )
    bao = desk.bao()
    candidates = desk.keeper(root.place).recover(root.shares, root.identities)
    with hold(desk, VERB, target, order, desk.signers(keys), bao) as ceremony:
        _, secret = in_force(bao, candidates)
        progress(target)
        with elevated(bao, secret) as first:
            done, _ = _key(custody, key, first)
            for identity in mine:
                done.append(_forget_older(identity, first))
            version = transit.state(first, key.engine, key.name).latest
            transit.retire(first, key.engine, key.name, version)
            done.append(f"versions of {wrapping} below {version}: destroyed")
        left = [
            "a snapshot of OpenBao from before still holds them; destroy it too, or make a new root"
        ]
        return _said(desk, custody, bao, target, ceremony, done, left)


def needed(place: Path | None, target: str) -> Path:
    """Return where the root is kept.

    Raises:
        CustodyError: nobody said where: no login may destroy versions of a key.
    """
    if place is None:
        raise CustodyError(
            f"to destroy versions of {target} the root is needed",
            "--root FOLDER, with --share FILE and --identity FILE where it is kept in shares",
        )
    return place


def _said(
    desk: Desk,
    custody: Custody,
    bao: Bao,
    target: str,
    ceremony: Ceremony,
    done: Sequence[str],
    left: Sequence[str],
) -> Rotated:
    for one in done:
        what, _, result = one.partition(": ")
        ceremony.step(what, result)
    for one in left:
        ceremony.step("left", one)
    ceremony.public |= applying.public_names(custody, bao)
    files = applying.shown(custody, bao, desk.folder)
    return Rotated(target, tuple(done), tuple(left), (*files, ceremony.file))


def _key(custody: Custody, key: TransitKey, bao: Bao) -> tuple[list[str], list[str]]:
    version = transit.rotate(bao, key.engine, key.name)
    wrapping = f"{key.engine}/keys/{key.name}"
    done = [f"{wrapping}: version {version} is in use"]
    if key.type == "ed25519":
        return done, ["signatures by older versions stay valid; commit keys/evidence.pem"]
    mine = [one for one in custody.identities if one.key == wrapping]
    if not mine:
        return done, ["what the older version encrypted needs it until it is written anew"]
    for identity in mine:
        at = values.path(identity)
        current = identities.read(bao, identity.engine, at)
        made = identities.rewrap(bao, identity.engine, at, current)
        done.append(f"identity of {identity.name}, epoch {made.epoch}: wrapped by it")
    return done, [
        f"older versions of {key.name} still open what they wrapped; to destroy them:"
        f" tutela tce keys order rotate {key.name} DIR --why TEXT --out order.json"
    ]


def _forget_older(identity: Identity, bao: Bao) -> str:
    at = values.path(identity)
    current = identities.read(bao, identity.engine, at)
    older = [one for one in kv.versions(bao, identity.engine, at) if one != current.version]
    if older:
        kv.destroy(bao, identity.engine, at, older)
    return f"older identities of {identity.name}: {len(older)} versions destroyed"


def _identity(
    identity: Identity, bao: Bao, random: Callable[[int], bytes]
) -> tuple[list[str], list[str]]:
    at = values.path(identity)
    current = identities.read(bao, identity.engine, at)
    made = identities.make(bao, identity.engine, at, identity.key, random, after=current)
    return (
        [f"identity of {identity.name}: epoch {made.epoch}, {made.recipient}"],
        [
            f"objects in {identity.place} open with the older identity until their headers are"
            " rotated: tutela tce rotate",
            "whoever held the older identity, or a file key, holds it: that revokes nobody",
        ],
    )


def _target(custody: Custody, target: str) -> tuple[TransitKey, Identity | None]:
    """The key, and the bucket where its identity is meant."""
    keys = {one.name: one for one in custody.keys}
    wraps = {f"{one.engine}/keys/{one.name}": one for one in custody.keys}
    for bucket in custody.identities:
        if target == f"{names.IDENTITIES}/{bucket.name}" and bucket.key in wraps:
            return wraps[bucket.key], bucket
    if target in keys:
        return keys[target], None
    known = [*keys, *(f"{names.IDENTITIES}/{one.name}" for one in custody.identities)]
    raise CustodyError(
        f"{target} is no key of {custody.environment}",
        *(f"tutela tce keys rotate {one} DIR" for one in known),
    )
