"""Sealed objects for tests: an institution with its keys, and bodies as a provider has them."""

import io
import secrets
from dataclasses import dataclass, field

from securesystemslib.signer import CryptoSigner, Signer

from governance.sealed.manifest import SCHEMA, Manifest
from tce.age import body, header
from tce.age.keys import X25519Identity
from tce.age.stanza import Identity
from tce.seal import manifests
from tce.seal.headers.store import HeaderStore, Record
from tce.seal.manifests import Senders
from tce.seal.recipients import Recipients
from tce.seal.rotate import Author


def identity() -> X25519Identity:
    """A new one."""
    return X25519Identity.new(secrets.token_bytes)


def to(*identities: X25519Identity, epoch: int = 1) -> Recipients:
    """Recipients that these identities belong to."""
    return Recipients(tuple(one.recipient for one in identities), epoch)


@dataclass
class Institution:
    """Whoever seals, with a bucket's identity and the escrow's."""

    bucket: X25519Identity = field(default_factory=identity)
    escrow: X25519Identity = field(default_factory=identity)
    signer: Signer = field(default_factory=CryptoSigner.generate_ed25519)
    bodies: dict[str, bytes] = field(default_factory=dict)
    """What lies at the provider, by id."""

    @property
    def senders(self) -> Senders:
        """Whose manifests it believes: its own."""
        return {"hospital": self.signer.public_key}

    @property
    def author(self) -> Author:
        """It, signing."""
        return Author("hospital", self.signer, self.senders)

    def sealed(self, name: str, plain: bytes = b"ACGT", place: str | None = None) -> Record:
        """Seal an object to bucket and escrow; its body goes into :attr:`bodies`."""
        recipients = to(self.bucket, self.escrow)
        file_key = header.new_key(secrets.token_bytes)
        sink = io.BytesIO()
        body.seal(file_key, io.BytesIO(plain), sink, secrets.token_bytes)
        raw = header.write(file_key, recipients.keys, secrets.token_bytes)
        manifest = Manifest.model_validate(
            {
                "schema": SCHEMA,
                "object": name,
                "id": manifests.new_id(secrets.token_bytes),
                "version": 1,
                "epoch": recipients.epoch,
                "plain_size": len(plain),
                "header": manifests.part(raw),
                "body": manifests.part(sink.getvalue()),
                "recipients": recipients.texts,
                "sender": "hospital",
                "transfer": "t-1",
                "purpose": "research",
                "sealed": "2026-05-04T12:00:00Z",
                "place": place,
            }
        )
        self.bodies[manifest.id] = sink.getvalue()
        return Record(name, manifest.id, 1, raw, manifests.sign(manifest, self.signer))

    def fill(self, store: HeaderStore, names: list[str], place: str | None = None) -> list[Record]:
        """Seal objects and put their headers."""
        made = [self.sealed(name, place=place) for name in names]
        for one in made:
            store.put(one, None)
        return made

    def opened(self, one: Record, *identities: Identity, sealed: bytes | None = None) -> bytes:
        """What a record's header and body hold for whoever has `identities`."""
        file_key = header.open(header.parse(one.header), identities)
        sink = io.BytesIO()
        source = io.BytesIO(self.bodies[one.id] if sealed is None else sealed)
        body.open(file_key, source, sink)
        return sink.getvalue()
