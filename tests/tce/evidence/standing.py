"""An environment with officers whose keys are at hand, and records in every state."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.signer import CryptoSigner, Signer

from blueprints.check.repository import Repository
from blueprints.engine.spec import load
from governance.signing import envelope
from tce.evidence.crosswalk import Item, Proof, shipped
from tce.evidence.evidence import Options, evidence
from tce.evidence.keep import SUFFIX
from tce.evidence.pack import Pack
from tce.evidence.record import PAYLOAD_TYPE, Level, Record
from tce.evidence.watched import is_result
from tce.intent.spec import Specification
from tce.render import documents
from tests.tce.intent.specifications import BLUEPRINT, EXAMPLES

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOOL = "0.0.1"
RULESET = "network/perimeter/tce.nft"
OFFICERS = {
    "anna": "AnnaIsMadeUpAndNobodyHoldsThePrivateHalf004=",
    "lena": "LenaIsMadeUpAndNobodyHoldsThePrivateHalf008=",
}


@dataclass(frozen=True)
class Standing:
    """A rendered environment, and those who sign for it."""

    folder: Path
    ci: Signer
    """Its public half is keys/evidence.pem."""
    anna: Signer

    @property
    def records(self) -> Path:
        return self.folder / "evidence" / "records"

    def digests(self) -> dict[str, str]:
        """Every file that a run could have read."""
        repo = Repository(self.folder)
        return {
            path: hashlib.sha256(repo.read(path)).hexdigest()
            for path in repo.files
            if not is_result(path)
        }

    def keep(self, record: Record, *signers: Signer, name: str = "") -> Path:
        """Write a record as a run would: signed by the evidence key where nobody else is named."""
        file = self.records / f"{name or record.test}{SUFFIX}"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = record.statement()
        file.write_bytes(envelope.sign(text, PAYLOAD_TYPE, signers or (self.ci,)))
        return file

    def all(self) -> dict[str, Path]:
        """A good record of everything that the crosswalk asks for as designed."""
        wanted: dict[tuple[str, Level], set[str]] = {}
        for proof in designed():
            wanted.setdefault((proof.test, proof.level), set()).update(proof.names)
        files = self.digests()
        return {
            test: self.keep(good(test, level, files, names))
            for (test, level), names in wanted.items()
        }

    def pack(self, options: Options | None = None) -> Pack:
        return evidence(self.folder, options or Options(), NOW, TOOL)


def designed(items: tuple[Item, ...] | None = None) -> list[Proof]:
    """Every proof that needs nothing that runs."""
    return [
        one
        for item in items or shipped()
        for one in item.proofs
        if one.level != "live" and one.stage == "designed"
    ]


def good(test: str, level: Level, files: dict[str, str], names: set[str]) -> Record:
    """A record in which everything of these patterns passed."""
    return Record(
        test=test,
        environment="hospital",
        level=level,
        ended=NOW.isoformat(),
        tool=TOOL,
        files=files,
        read_back={},
        passed=tuple(sorted(name.replace("*", "one") for name in names)),
        limits=("a limit of this run",),
        covers=("*",) if test == "check" else (),
    )


def changed(record: Record, **values: object) -> Record:
    return replace(record, **values)  # type: ignore[arg-type]


def build(folder: Path) -> Standing:
    """The hospital, whole, with officers who can sign."""
    text = (EXAMPLES / "hospital.yaml").read_text(encoding="utf-8")
    signers = {name: CryptoSigner.generate_ed25519() for name in OFFICERS}
    for name, made_up in OFFICERS.items():
        assert made_up in text
        text = text.replace(made_up, raw(signers[name]))
    source = folder.parent / "source.yaml"
    source.write_text(text, encoding="utf-8")
    loaded = load(source, BLUEPRINT)
    assert isinstance(loaded.model, Specification)
    folder.mkdir()
    (folder / "spec.yaml").write_bytes(loaded.text)
    for file in documents(loaded.model):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
    (folder / "tutela.lock").write_text("{}\n")
    ci = CryptoSigner.generate_ed25519()
    (folder / "keys" / "evidence.pem").write_bytes(pem(ci))
    return Standing(folder, ci, signers["anna"])


def pem(signer: Signer) -> bytes:
    """The public half."""
    public = Ed25519PublicKey.from_public_bytes(_bytes(signer))
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def raw(signer: Signer) -> str:
    """As the specification names an officer's key."""
    return base64.b64encode(_bytes(signer)).decode()


def _bytes(signer: Signer) -> bytes:
    return bytes.fromhex(signer.public_key.keyval["public"])
