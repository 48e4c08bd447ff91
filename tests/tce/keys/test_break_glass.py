import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from blueprints.secret import Secret
from tce.keys.break_glass import certificate, token
from tce.keys.ceremony.records import kept
from tce.keys.errors import CustodyError, RefusedError
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import NOW, Office

FOR = {"minutes": "30", "group": "tce:break-glass"}
THREE = ("anna", "omar", "rosa")


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, Path]:
    """An offline authority: its certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(_name("break-glass authority"))
        .issuer_name(_name("break-glass authority"))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (tmp_path / "ca.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (tmp_path / "ca.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return tmp_path / "ca.pem", tmp_path / "ca.key"


@pytest.fixture
def request_(tmp_path: Path) -> Path:
    """What a person asks with: their key stays with them."""
    key = ec.generate_private_key(ec.SECP256R1())
    # Whatever it says of groups is not taken over.
    made = x509.CertificateSigningRequestBuilder().subject_name(_name("system:masters"))
    (tmp_path / "me.csr").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return tmp_path / "me.csr"


def _keys(office: Office) -> list[str]:
    return [f"file:{office.key('lena')}"]


def test_a_certificate_is_for_who_and_what_was_ordered_and_ends_by_itself(
    office: Office, authority: tuple[Path, Path], request_: Path, tmp_path: Path
) -> None:
    out = tmp_path / "anna.crt"
    order = office.order("break-glass", "anna", details=FOR)
    certificate(office.desk(), "anna", request_, *authority, out, order, _keys(office))
    made = x509.load_pem_x509_certificate(out.read_bytes())
    said = {one.oid: one.value for one in made.subject}
    assert said == {NameOID.COMMON_NAME: "anna", NameOID.ORGANIZATION_NAME: FOR["group"]}
    assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(minutes=30)
    assert abs(made.not_valid_before_utc - NOW) < timedelta(minutes=5)
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    made.verify_directly_issued_by(x509.load_pem_x509_certificate(authority[0].read_bytes()))
    (record,) = kept(office.folder)
    assert record.record.public["sha256"] == made.fingerprint(SHA256()).hex()


@pytest.mark.parametrize("minutes", ["0", "61", "600", "-5", "5.5", "1e1", "\u0665"])
def test_it_is_for_an_hour_at_most(
    office: Office, authority: tuple[Path, Path], request_: Path, tmp_path: Path, minutes: str
) -> None:
    out = tmp_path / "anna.crt"
    order = office.order("break-glass", "anna", details=FOR | {"minutes": minutes})
    with pytest.raises(RefusedError, match="for 1 to 60 minutes"):
        certificate(office.desk(), "anna", request_, *authority, out, order, _keys(office))
    assert not out.exists()


def test_it_needs_two_officers_and_their_word_on_the_group(
    office: Office, authority: tuple[Path, Path], request_: Path, tmp_path: Path
) -> None:
    out = tmp_path / "anna.crt"
    cases = [
        (None, "2 officers have to approve"),
        (office.order("break-glass", "anna", ("anna",), FOR), "and anna did"),
        (office.order("break-glass", "omar", details=FOR), "target is omar, and not anna"),
        (office.order("break-glass", "anna", details={"minutes": "5"}), "does not say which group"),
    ]
    for order, wrong in cases:
        with pytest.raises(RefusedError, match=wrong):
            certificate(office.desk(), "anna", request_, *authority, out, order, _keys(office))
    assert not out.exists()


def test_what_is_no_authority_signs_nothing(
    office: Office, authority: tuple[Path, Path], request_: Path, tmp_path: Path
) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    wrong = tmp_path / "wrong.key"
    wrong.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    )
    cases = [
        (request_, authority[0], wrong, "not the one of the authority"),
        (request_, request_, authority[1], "no certificate of an authority"),
        (authority[0], *authority, "no request for a certificate"),
        (request_, authority[0], request_, "no private key"),
    ]
    for asked, ca, key, said in cases:
        order = office.order("break-glass", "anna", details=FOR)
        with pytest.raises(CustodyError, match=said):
            certificate(
                office.desk(), "anna", asked, ca, key, tmp_path / "out", order, _keys(office)
            )
    assert not (tmp_path / "out").exists()


def test_a_token_may_what_was_ordered_and_ends_by_itself(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    office.keep(bao)
    out = office.private / "token"
    order = office.order("break-glass", "anna", details={"minutes": "10", "policy": "lookup"})
    desk = office.desk(bao.token)
    token(desk, "anna", office.place, *office.given(THREE), out, order, [])
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    made = Secret(out.read_bytes().strip())
    said = bao.connect(made).read("auth/token/lookup-self")["data"]
    assert said["policies"] == ["lookup"]
    assert said["explicit_max_ttl"] == 600
    assert said["renewable"] is False
    assert made.text() not in bao.audit.read_text()
    (record,) = kept(office.folder)
    assert record.record.public["accessor"] == said["accessor"]
    assert made.text() not in record.text.decode()


def test_a_token_that_could_not_be_written_down_is_revoked(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    office.keep(bao)
    out = office.private / "token"
    out.touch()
    order = office.order("break-glass", "anna", details={"minutes": "10", "policy": "lookup"})
    before = set(bao.root.names("auth/token/accessors"))
    with pytest.raises(CustodyError, match="is there already"):
        token(office.desk(bao.token), "anna", office.place, *office.given(THREE), out, order, [])
    assert set(bao.root.names("auth/token/accessors")) <= before


def test_a_token_of_a_policy_that_is_not_the_environments_is_refused(
    office: Office, bao: OpenBao
) -> None:
    office.furnish(bao)
    office.keep(bao)
    order = office.order("break-glass", "anna", details={"minutes": "10", "policy": "root"})
    with pytest.raises(RefusedError, match="root is no policy of hospital"):
        token(
            office.desk(bao.token),
            "anna",
            office.place,
            *office.given(THREE),
            office.private / "token",
            order,
            [],
        )
    assert os.listdir(office.folder / "keys/ceremony")
