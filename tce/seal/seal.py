"""``tutela tce seal``: files, folders, objects and prefixes as age files with signed manifests.

Attached: ``NAME.age`` with its manifest ``NAME.age.dsse.json`` beside it. Detached: a body under a
random id at the provider; header, manifest and version in a header store of the institution.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from securesystemslib.signer import Signer

from blueprints.errors import ExpectedError
from governance.sealed.manifest import SCHEMA, SUFFIX, Manifest
from tce.keys import signers, uri
from tce.seal import environment, manifests, recipients
from tce.seal.environment import Environment
from tce.seal.errors import ExistsError, SealError, UsageError
from tce.seal.headers import where
from tce.seal.headers.store import HeaderStore, Record
from tce.seal.headers.unsure import undo
from tce.seal.place import LONGEST, Incoming, Place
from tce.seal.places import place
from tce.seal.recipients import Recipients
from tce.seal.sealed import Failed, Sealed, SealedAll
from tce.seal.setting import Setting
from tce.seal.sources import AGE, Item, Source, source
from tce.seal.transfer import Sending, Sent, Target

MOST_RECIPIENTS = 100


@dataclass(frozen=True)
class Wanted:
    """The command line."""

    sources: Sequence[str]
    to: Sequence[str]
    key: str
    out: str | None = None
    detached: str | None = None
    environment: Path | None = None
    escrow: Sequence[str] = ()
    sender: str | None = None
    purpose: str = ""
    replace: bool = False
    resume: Path | None = None


def seal(wanted: Wanted, setting: Setting) -> SealedAll:
    """Seal everything that is named; a file that fails does not stop the others.

    Raises:
        SealError, AgeError, StoreError, SigningError, CustodyError, HeadersError: nothing can be
            sealed, or the only file was not.
    """
    for text in (wanted.sender or "", wanted.purpose):
        if len(text) > LONGEST:
            raise UsageError(f"{len(text)} characters; {LONGEST} are the most a manifest takes")
    ours = environment.load(wanted.environment) if wanted.environment else None
    if ours is None:
        environment.outside([wanted.out] if wanted.out else wanted.sources)
    setting = replace(setting, folder=wanted.environment)
    out, buckets = _where(wanted, ours)
    to, warnings = _whom(wanted, ours, buckets)
    sources = [_source(said, setting) for said in wanted.sources]
    _once(sources)
    signer = signers.signer(uri.parse(wanted.key), setting.ask, setting.environ, wanted.environment)
    sender = _sender(wanted, ours, signer)
    headers = wanted.detached or (ours.headers if ours else None)
    if headers and out is None:
        raise UsageError("where detached bodies go has to be said", "--out s3://BUCKET/PREFIX")
    run = Run(
        setting,
        to,
        signer,
        sender,
        wanted.purpose,
        manifests.new_id(setting.random),
        # A manifest names where its body lies for whoever reads it anywhere.
        place(out if out.startswith("s3://") else str(Path(out).absolute()), setting.config)
        if out
        else None,
        where.store(headers, setting.bao, create=ours is None) if headers else None,
        wanted.replace,
        wanted.resume,
    )
    if run.headers is None:
        _apart(sources, run.out)
    return run.all(sources, warnings)


@dataclass(frozen=True)
class Run:
    """What is the same for everything that is sealed together."""

    setting: Setting
    to: Recipients
    signer: Signer
    sender: str
    purpose: str
    transfer: str
    out: Place | None
    """None: beside each source."""
    headers: HeaderStore | None
    """None: attached."""
    replace: bool = False
    resume: Path | None = None

    def all(self, sources: Sequence[Source], warnings: Sequence[str]) -> SealedAll:
        """Seal every item in turn."""
        items = [item for one in sources for item in one.items]
        sealed: list[Sealed] = []
        failed: list[Failed] = []
        for number, item in enumerate(items, 1):
            self.setting.progress(f"sealing {number} of {len(items)}: {item.name}")
            try:
                sealed.append(self.one(item))
            except ExpectedError as error:
                if len(items) == 1:
                    raise
                failed.append(Failed(item.name, error))
        return SealedAll(
            tuple(sealed),
            tuple(failed),
            tuple(self.to.texts),
            self.to.epoch,
            self.sender,
            self.transfer,
            self.headers.where if self.headers else None,
            sum(one.sealed for one in sources),
            tuple(warnings),
        )

    def one(self, item: Item) -> Sealed:
        """Seal one item.

        Raises:
            SealError, StoreError, SigningError, HeadersError: it is not sealed; nothing of it is
                left but what a later run goes on from.
        """
        return self._attached(item) if self.headers is None else self._detached(item, self.headers)

    def _attached(self, item: Item) -> Sealed:
        at = self.out or item.place
        name = item.name + AGE
        version = self._after(at, name) + 1
        target = Target(at, item.name, name, self.replace, self.resume)
        with (
            item.place.stream(item.name) as incoming,
            self._sending(incoming, target) as sending,
        ):
            sent = sending.send()
            manifest = self._manifest(item, sent, version, None)
            text = manifests.sign(manifest, self.signer)
            sending.complete()
        # Beside a newer body the older manifest is refused, as is a newer one beside an older.
        at.write(name + SUFFIX, text, replace=True)
        return Sealed(item.name, sent.id, version, sent.plain, sent.body.size, sent.uri)

    def _after(self, at: Place, name: str) -> int:
        """The version that is there, 0 for none; nobody vouches for it in attached mode."""
        if not at.exists(name + SUFFIX):
            return 0
        if not self.replace:
            raise ExistsError(f"there is {at.uri_of(name + SUFFIX)} already", "--replace")
        said = manifests.read(at.read(name + SUFFIX, manifests.LARGEST), {}, at.uri_of(name))
        return said.manifest.version

    def _detached(self, item: Item, headers: HeaderStore) -> Sealed:
        if self.out is None:
            raise RuntimeError("a detached body needs a place")
        after = headers.latest(item.name)
        if after is not None and not self.replace:
            raise ExistsError(
                f"{headers.where} has {item.name} already (version {after})", "--replace"
            )
        version = (after or 0) + 1
        target = Target(self.out, item.name, None, replace=False, resume=self.resume)
        with (
            item.place.stream(item.name) as incoming,
            self._sending(incoming, target) as sending,
        ):
            sent = sending.send()
            manifest = self._manifest(item, sent, version, sent.uri)
            text = manifests.sign(manifest, self.signer)
            sending.complete()
        try:
            headers.put(Record(item.name, sent.id, version, sent.header, text), after)
        except ExpectedError as error:
            # Nobody opens a body whose header is nowhere.
            undo(headers, self.out, sent.id, error)
            raise
        return Sealed(item.name, sent.id, version, sent.plain, sent.body.size, sent.uri)

    def _sending(self, incoming: Incoming, target: Target) -> Sending:
        setting = self.setting
        return Sending(incoming, target, self.to.keys, setting.random, setting.progress)

    def _manifest(self, item: Item, sent: Sent, version: int, at: str | None) -> Manifest:
        return Manifest.model_validate(
            {
                "schema": SCHEMA,
                "object": item.name,
                "id": sent.id,
                "version": version,
                "epoch": self.to.epoch,
                "plain_size": sent.plain,
                "header": manifests.part(sent.header),
                "body": sent.body,
                "recipients": self.to.texts,
                "sender": self.sender,
                "transfer": self.transfer,
                "purpose": self.purpose,
                "sealed": self.setting.moment,
                "place": at,
                "content": item.content,
            }
        )


def _source(said: str, setting: Setting) -> Source:
    found = source(said, setting.config)
    if not found.folder:
        return found
    # The recogniser brings a database along, which a single file need not wait for.
    from tce.seal.facts import recognised

    return recognised(found, setting)


def _where(wanted: Wanted, ours: Environment | None) -> tuple[str | None, list[str]]:
    """Where it goes, and which buckets' recipients belong to that place."""
    if ours is None:
        return wanted.out, []
    named = [one.name for one in ours.custody.identities if one.name in wanted.to]
    if wanted.out is None:
        if len(named) != 1:
            raise UsageError(
                f"{ours.folder}: to which bucket?",
                *(f"--to {one.name}" for one in ours.custody.identities),
            )
        return ours.bucket(named[0]).place, named
    at = ours.at(wanted.out)
    if at is None:
        raise UsageError(
            f"{wanted.out} is no place of {ours.folder}",
            *(f"--out {one.place}" for one in ours.custody.identities),
        )
    return wanted.out, list(dict.fromkeys([*named, at.name]))


def _whom(
    wanted: Wanted, ours: Environment | None, buckets: Sequence[str]
) -> tuple[Recipients, list[str]]:
    """Everybody it is sealed to, and what has to be said about that."""
    to = recipients.to([*wanted.to, *(one for one in buckets if one not in wanted.to)], ours)
    warnings = []
    if wanted.escrow:
        to = to.with_(replace(recipients.to(wanted.escrow, ours), epoch=to.epoch))
    elif ours is None:
        warnings.append("no escrow: whoever loses the identities loses the data (--escrow FILE)")
    if ours is not None:
        to = to.with_(replace(ours.escrow(), epoch=to.epoch))
    if len(to.keys) > MOST_RECIPIENTS:
        raise UsageError(f"{len(to.keys)} recipients; {MOST_RECIPIENTS} are the most")
    return to, warnings


def _sender(wanted: Wanted, ours: Environment | None, signer: Signer) -> str:
    """Who seals, as the institution calls them."""
    keyid = signer.public_key.keyid
    if ours is not None:
        for name, key in ours.senders().items():
            if key.keyid == keyid:
                return name
        file = f"{ours.folder}/{environment.SENDERS[0]}/NAME.pem"
        raise SealError(
            f"{ours.folder} does not know the key {wanted.key}: nothing signed by it is opened",
            f"tutela tce keys public {wanted.key} > {file}",
        )
    return wanted.sender or keyid[:16]


def _apart(sources: Sequence[Source], out: Place | None) -> None:
    """Nothing that is to be sealed is written over, with ``--replace`` neither."""
    uris = {item.uri for one in sources for item in one.items}
    for one in sources:
        for item in one.items:
            for ending in (AGE, AGE + SUFFIX):
                other = (out or item.place).uri_of(item.name + ending)
                if other in uris:
                    raise UsageError(
                        f"{item.uri} would be sealed over {other}, which is to be sealed too",
                        "--out PLACE",
                    )


def _once(sources: Sequence[Source]) -> None:
    seen: dict[str, str] = {}
    for one in sources:
        for item in one.items:
            other = seen.setdefault(item.name, item.uri)
            if other != item.uri:
                raise UsageError(f"two files would be {item.name}: {other} and {item.uri}")
