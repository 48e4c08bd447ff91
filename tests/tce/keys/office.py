"""An environment's repository with officers whose keys the test holds."""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from securesystemslib.signer import Signer

from blueprints.secret import Secret, nobody
from governance.signing import keyfile
from tce.age import identities
from tce.age.keys import X25519Identity
from tce.custody.custody import Custody, Engine, Identity
from tce.keys.approve import approve, write_order
from tce.keys.bao import kv, transit
from tce.keys.desk import Desk
from tce.keys.new import write
from tce.keys.orders import officers
from tce.keys.orders.officers import Officers
from tce.keys.root import plan
from tests.labs.openbao import OpenBao

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
NAMES = ("anna", "lena", "omar", "rosa", "timo")


def counting(start: int = 0) -> Callable[[int], bytes]:
    """Randomness that is different each time and the same in each run."""
    made = [start]

    def random(count: int) -> bytes:
        made[0] += 1
        return (made[0].to_bytes(8, "big") * (count // 8 + 1))[:count]

    return random


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a repository."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}


def changed(folder: Path, before: dict[str, bytes]) -> set[str]:
    """The files that are new or changed since."""
    return {name for name, text in contents(folder).items() if before.get(name) != text}


@dataclass
class Office:
    """A folder, and the private halves of its officers."""

    folder: Path
    environment: str = "hospital"
    names: tuple[str, ...] = NAMES
    shares: int = 5
    threshold: int = 3
    root: dict[str, object] = field(default_factory=dict)
    bao: OpenBao | None = None
    mounts: str = "tce-hospital"

    def make(self) -> "Office":
        """Make keys of all officers, and write the specification."""
        self.folder.mkdir(parents=True)
        self.private.mkdir()
        for name in self.names:
            pem, _ = keyfile.new(None)
            write(self.key(name), pem)
            identity = X25519Identity.new(os.urandom)
            write(self.identity(name), identities.write(identity, NOW))
        self.write()
        return self

    @property
    def private(self) -> Path:
        """Where officers keep their own."""
        return self.folder.parent / f"{self.folder.name}-private"

    def key(self, name: str) -> Path:
        """Of an officer, to sign with."""
        return self.private / f"{name}.pem"

    def identity(self, name: str) -> Path:
        """Of an officer, to open with."""
        return self.private / f"{name}.age"

    def signer(self, name: str) -> Signer:
        """Who signs as an officer."""
        return keyfile.signer(self.key(name), nobody)

    def said(self, name: str) -> dict[str, str]:
        """An officer as the specification names them."""
        public = bytes.fromhex(self.signer(name).public_key.keyval["public"])
        recipient = identities.load(self.identity(name), nobody)[0].recipient
        return {
            "name": name,
            "person": f"{name.title()} Muster",
            "key": base64.b64encode(public).decode(),
            "recipient": str(recipient),
        }

    def write(self, names: tuple[str, ...] | None = None) -> None:
        """Write the specification, with these officers."""
        kept = {"kind": "shamir", "shares": self.shares, "threshold": self.threshold} | self.root
        said = [self.said(name) for name in (self.names if names is None else names)]
        spec = {
            "name": self.environment,
            "keys": {"root": kept, "officers": said, "approvals": 2},
        }
        (self.folder / "spec.yaml").write_text(yaml.safe_dump(spec))

    def declare(self, custody: Custody) -> None:
        """Write what its OpenBao holds."""
        file = self.folder / "keys/custody.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(custody.model_dump(mode="json", by_alias=True)))

    def furnish(self, bao: OpenBao) -> Custody:
        """Give it a part of an OpenBao: engines, the evidence key, one bucket's identity."""
        self.bao = bao
        transit_, wrapped, headers = bao.transit(), bao.kv(), bao.kv()
        transit.make(bao.root, transit_, "evidence", "ed25519")
        transit.make(bao.root, transit_, "bucket-genomes", "aes256-gcm96")
        said = {"key": transit.encrypt(bao.root, transit_, "bucket-genomes", Secret(b"identity"))}
        kv.put(bao.root, wrapped, "identities/genomes", said, after=0)
        policy = 'path "auth/token/lookup-self" {\n  capabilities = ["read"]\n}\n'
        bao.root.write("sys/policies/acl/lookup", {"policy": policy})
        engines = [
            Engine(path=transit_, type="transit", what="keys"),
            Engine(path=wrapped, type="kv", what="identities"),
            Engine(path=headers, type="kv", what="headers"),
        ]
        custody = Custody(
            schema_="tutela/custody/v1",
            environment=self.environment,
            server=bao.server,
            engines=engines,
            keys=[],
            policies=["lookup"],
            approles=[],
            accounts=[],
            issuers=[],
            identities=[
                Identity(
                    name="genomes",
                    engine=wrapped,
                    key=f"{transit_}/keys/bucket-genomes",
                    place="s3://genomes/sealed",
                )
            ],
            volumes=[],
            evidence=f"{transit_}/keys/evidence",
            headers=headers,
        )
        self.declare(custody)
        return custody

    @property
    def place(self) -> Path:
        """Where the root is kept."""
        return self.private / "root"

    def keep(self, bao: OpenBao) -> None:
        """Keep the unseal key of an OpenBao as the specification says."""
        secret = Secret(bytes.fromhex(bao.unseal_keys[0]))
        keeper = self.desk().keeper(self.place)
        keeper.protect(secret, plan.read(self.folder), self.officers, NOW, os.urandom)

    def given(self, names: tuple[str, ...], generation: int = 1) -> tuple[list[Path], list[Path]]:
        """Shares of the root, and what opens them."""
        folder = self.place / f"generation-{generation}"
        return [folder / f"share-{one}.age" for one in names], [self.identity(one) for one in names]

    def learn(self, bao: OpenBao, names: tuple[str, ...], generation: int) -> None:
        """Tell the lab of OpenBao its new unseal key."""
        found = self.desk().keeper(self.place).recover(*self.given(names, generation))
        bao.unseal_keys = [found[0][1].reveal().hex()]

    @property
    def officers(self) -> Officers:
        """As commands read them."""
        return officers.read(self.folder)

    def desk(self, token: Secret | None = None, after: timedelta = timedelta()) -> Desk:
        """Where ceremonies are held."""
        environ = self.bao.environ() if self.bao is not None else {}

        def ask(name: str, wanted: str) -> Secret:
            if name == "token" and token is not None:
                return token
            return nobody(name, wanted)

        return Desk(self.folder, ask, environ, NOW + after, os.urandom)

    def order(
        self,
        verb: str,
        target: str,
        by: tuple[str, ...] = ("anna", "lena"),
        details: dict[str, str] | None = None,
    ) -> Path:
        """An order's file, signed."""
        out = self.private / f"order-{len(list(self.private.glob('order-*')))}.json"
        write_order(verb, target, self.officers, "a test", out, NOW, os.urandom, details=details)
        for name in by:
            approve(out, self.officers, self.signer(name), NOW)
        return out
