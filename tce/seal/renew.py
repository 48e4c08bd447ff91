"""`tutela tce rotate` and `revoke`: what their command lines name, put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from governance.sealed.manifest import Manifest
from tce.keys import signers, uri
from tce.seal import environment, identity, manifests, recipients
from tce.seal.environment import Environment
from tce.seal.errors import ManifestError, UsageError
from tce.seal.headers import where
from tce.seal.headers.named import named
from tce.seal.headers.store import HeaderStore
from tce.seal.manifests import Senders
from tce.seal.place import Place
from tce.seal.places import place
from tce.seal.recipients import Recipients
from tce.seal.revoke import Bodies, Revocation, Revoked
from tce.seal.rotate import Author, Only, Rotated, rotate
from tce.seal.setting import Setting

HEADERS = ("--detached STORE", "--environment DIR")


@dataclass(frozen=True)
class Wanted:
    """The command line."""

    names: Sequence[str]
    """Objects; none: all of the store, in an environment all of the buckets in `to`."""
    identities: Sequence[str]
    to: Sequence[str]
    key: str
    detached: str | None = None
    environment: Path | None = None
    escrow: Sequence[str] = ()
    senders: Sequence[Path] = ()
    sender: str | None = None
    bodies: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class _Meant:
    """What the command line means."""

    setting: Setting
    store: HeaderStore
    names: list[str] | None
    recipients: Recipients
    author: Author
    only: Only | None


def rotation(wanted: Wanted, setting: Setting) -> Rotated:
    """Wrap headers anew; no body moves.

    Raises:
        SealError, AgeError, SigningError, CustodyError, HeadersError: nothing can be rotated.
    """
    meant = _meant(wanted, setting)
    return rotate(
        meant.store,
        meant.names,
        identity.of(wanted.identities, meant.setting),
        meant.recipients,
        meant.author,
        setting.random,
        meant.only,
    )


def revocation(wanted: Wanted, setting: Setting) -> Revoked:
    """Seal bodies anew to those who stay, and remove the older ones.

    Raises:
        SealError, AgeError, StoreError, SigningError, CustodyError, HeadersError: nothing can be
            sealed anew.
    """
    meant = _meant(wanted, setting)
    return Revocation(
        meant.store,
        identity.of(wanted.identities, meant.setting),
        meant.recipients,
        meant.author,
        bodies(wanted.bodies, setting),
        setting.random,
        setting.moment,
        wanted.since,
        meant.only,
    ).all(meant.names, setting.progress)


def store(detached: str | None, ours: Environment | None, setting: Setting) -> HeaderStore:
    """Return the header store that is named, or the environment's.

    Raises:
        UsageError: none is.
        HeadersError, BaoError: there is none, or it cannot be reached.
    """
    said = detached or (ours.headers if ours else None)
    if said is None:
        raise UsageError("which header store has to be said", *HEADERS)
    return where.store(said, setting.bao)


def senders(files: Sequence[Path], ours: Environment | None) -> Senders:
    """Return whose manifests are believed; nobody's where nothing says.

    Raises:
        UsageError: files are named, and the environment says it already.
        SealError, SigningError: one of them is no key.
    """
    if ours is None:
        pairs = [(file.stem, key) for file in files for key in environment.public(file)]
        return manifests.named(pairs)
    if files:
        raise UsageError(f"--sender: {ours.folder} says whose manifests are believed")
    return ours.senders()


def bodies(said: str | None, setting: Setting) -> Bodies:
    """Return where bodies lie: in `said`, or where each manifest says."""
    known: dict[str, Place] = {}

    def of(manifest: Manifest) -> Place:
        text = said
        if text is None:
            text, _, name = (manifest.place or "").rpartition("/")
            if not text or name != manifest.id:
                raise ManifestError(
                    f"{manifest.object}: its manifest names no place of its body", "--bodies PLACE"
                )
        if text not in known:
            known[text] = place(text, setting.config)
        return known[text]

    return of


def _meant(wanted: Wanted, setting: Setting) -> _Meant:
    ours = environment.load(wanted.environment) if wanted.environment else None
    setting = replace(setting, folder=wanted.environment)
    to = recipients.to(wanted.to, ours)
    if wanted.escrow:
        to = to.with_(replace(recipients.to(wanted.escrow, ours), epoch=to.epoch))
    elif ours is not None:
        to = to.with_(replace(ours.escrow(), epoch=to.epoch))
    headers = store(wanted.detached, ours, setting)
    names = [one.name for one in named(headers, wanted.names)] if wanted.names else None
    only = _in_buckets(ours, wanted.to) if ours is not None and names is None else None
    return _Meant(setting, headers, names, to, _author(wanted, ours, setting), only)


def _author(wanted: Wanted, ours: Environment | None, setting: Setting) -> Author:
    signer = signers.signer(uri.parse(wanted.key), setting.ask, setting.environ, wanted.environment)
    keyid = signer.public_key.keyid
    known = senders(wanted.senders, ours) or {wanted.sender or keyid[:16]: signer.public_key}
    name = next((who for who, key in known.items() if key.keyid == keyid), None)
    return Author((ours is None and wanted.sender) or name or keyid[:16], signer, known)


def _in_buckets(ours: Environment, to: Sequence[str]) -> Callable[[Manifest], bool]:
    """Objects of one bucket are never sealed to another's identity only because nobody was named.

    Raises:
        UsageError: no bucket is named.
    """
    buckets = {one.name for one in ours.custody.identities} & set(to)
    if not buckets:
        raise UsageError(
            "of which bucket has to be said, or which objects",
            *(f"--to {one.name}" for one in ours.custody.identities),
        )

    def inside(manifest: Manifest) -> bool:
        bucket = ours.at(manifest.place) if manifest.place else None
        return bucket is not None and bucket.name in buckets

    return inside
