"""Whose signatures count: the evidence key in all its versions, officers, keys that are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner, Signer

from blueprints.check.repository import Repository
from blueprints.errors import ExpectedError
from blueprints.front import Front
from governance.signing.errors import SigningError
from tce.evidence.keys import EVIDENCE, known, signers
from tests.tce.evidence.standing import NOW, Standing, pem, raw


def test_the_evidence_key_and_officers_count(standing: Standing) -> None:
    found = {one.key.keyid: one for one in known(Repository(standing.folder))}
    assert found[standing.ci.public_key.keyid].name == "evidence key"
    anna = found[standing.anna.public_key.keyid]
    assert (anna.name, anna.person) == ("officer anna", "Anna Muster, data protection")


def test_after_a_rotation_every_version_counts(standing: Standing) -> None:
    newer = CryptoSigner.generate_ed25519()
    file = standing.folder / EVIDENCE
    file.write_bytes(file.read_bytes() + pem(newer))
    names = {one.key.keyid: one.name for one in known(Repository(standing.folder))}
    assert names[newer.public_key.keyid] == names[standing.ci.public_key.keyid] == "evidence key"


def test_a_key_that_is_named_counts_by_its_file(standing: Standing, tmp_path: Path) -> None:
    other = CryptoSigner.generate_ed25519()
    file = tmp_path / "other.pem"
    file.write_bytes(pem(other))
    names = [one.name for one in known(Repository(standing.folder), [file])]
    assert "key other.pem" in names


def test_what_is_no_key_is_told(standing: Standing, tmp_path: Path) -> None:
    (standing.folder / EVIDENCE).write_text("nothing\n")
    with pytest.raises(SigningError, match=r"keys/evidence\.pem: not a public key"):
        known(Repository(standing.folder))
    (standing.folder / EVIDENCE).unlink()
    with pytest.raises(SigningError, match="No such file"):
        known(Repository(standing.folder), [tmp_path / "absent.pem"])


def test_an_officer_whose_key_is_none_is_told(standing: Standing) -> None:
    spec = standing.folder / "spec.yaml"
    spec.write_text(spec.read_text().replace(raw(standing.anna), "AAAA"))
    with pytest.raises(ExpectedError, match="Ed25519"):
        known(Repository(standing.folder))


def test_nobody_signs_where_no_key_is_named(standing: Standing) -> None:
    asked: list[tuple[str, Path | None]] = []

    def signer(uri: str, folder: Path | None) -> Signer:
        asked.append((uri, folder))
        return standing.ci

    front = Front(NOW, False, False, {}, lambda _: None, signer=signer)
    assert signers(None, front) == ()
    assert signers("file:ci.pem", front, standing.folder) == (standing.ci,)
    assert asked == [("file:ci.pem", standing.folder)]
