"""`tutela tce keys break-glass`: access for one person, for an hour at most, that ends by itself.

A certificate for the cluster's API, by an authority that is kept offline; or a token of OpenBao,
made by the root. What it is for and how long is what the officers signed. OpenBao writes down all
that the token asks, and the cluster's audit all that the certificate does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from blueprints.secret import Ask
from tce.keys.ceremony.ceremony import Ceremony
from tce.keys.desk import Desk, hold
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.new import write
from tce.keys.new_root import in_force
from tce.keys.orders.approval import Approved
from tce.keys.orders.order import moment
from tce.keys.root.elevated import root, short

VERB = "break-glass"
LONGEST = 60
"""Minutes."""
MINUTES, GROUP, POLICY = "minutes", "group", "policy"
"""Details of the order: for how long; which group of the cluster; which policy of OpenBao."""
_SKEW = timedelta(minutes=1)
"""How far the cluster's clock may be behind."""
_LARGEST = 1 << 16
_Private = EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey


@dataclass(frozen=True)
class Broken:
    """What was given, and until when it opens."""

    person: str
    what: str
    out: Path
    until: str
    record: str

    def __str__(self) -> str:
        return (
            f"{self.out}: {self.what} for {self.person}, until {self.until}\n"
            f"recorded: {self.record}"
        )

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "person": self.person,
            "what": self.what,
            "out": str(self.out),
            "until": self.until,
            "record": self.record,
        }


def certificate(
    desk: Desk,
    person: str,
    request: Path,
    authority: Path,
    authority_key: Path,
    out: Path,
    order: Path | None,
    keys: Sequence[str],
) -> Broken:
    """Sign a person's request under an order; their private key never leaves them.

    Args:
        desk: where.
        person: the order's target: common name of the certificate.
        request: PKCS #10, in PEM; only its key is taken.
        authority: the certificate of the offline authority, in PEM.
        authority_key: its key, in PEM, under a passphrase or not.
        out: the certificate; nothing may be there.
        order: signed by enough officers; details ``minutes`` and ``group``.
        keys: who signs the record.

    Raises:
        RefusedError: no order, too few approvals, longer than an hour.
        CustodyError: a file is not what it should be; something is at `out` already.
    """
    with hold(desk, VERB, person, order, desk.signers(keys), None) as ceremony:
        approved = _approved(ceremony)
        minutes, group = _minutes(approved), _detail(approved, GROUP)
        issuer = _certificate(authority)
        key = _key(authority_key, desk.ask)
        made = _signed(_request(request), person, group, issuer, key, desk.later, minutes, desk)
        until = moment(made.not_valid_after_utc)
        _write(out, made.public_bytes(Encoding.PEM))
        ceremony.step(f"certificate for {person} in group {group}", f"signed, until {until}")
        ceremony.public["serial"] = f"{made.serial_number:x}"
        ceremony.public["sha256"] = made.fingerprint(SHA256()).hex()
        ceremony.public["until"] = until
    return Broken(person, f"a certificate, in group {group}", out, until, ceremony.id)


def token(
    desk: Desk,
    person: str,
    place: Path,
    shares: Sequence[Path],
    identities: Sequence[Path],
    out: Path,
    order: Path | None,
    keys: Sequence[str],
) -> Broken:
    """Make a token of OpenBao under an order; it is not renewed and ends by itself.

    Args:
        desk: where.
        person: the order's target; the token's name in the audit.
        place: the folder of the root.
        shares: files of officers; none where a module keeps the root.
        identities: files that open the shares.
        out: the token, in a file that only its owner reads; nothing may be there.
        order: signed by enough officers; details ``minutes`` and ``policy``.
        keys: who signs the record.

    Raises:
        RefusedError: no order, too few approvals, longer than an hour, no such policy.
        CustodyError: the root cannot be had; something is at `out` already.
        BaoError: OpenBao refuses.
    """
    bao = desk.bao()
    with hold(desk, VERB, person, order, desk.signers(keys), bao) as ceremony:
        approved = _approved(ceremony)
        minutes, policy = _minutes(approved), _detail(approved, POLICY)
        if policy not in desk.custody.policies:
            raise RefusedError(f"{policy} is no policy of {desk.custody.environment}")
        candidates = desk.keeper(place).recover(shares, identities)
        with root(bao, in_force(bao, candidates)[1]) as elevated:
            made, accessor = short(elevated, [policy], minutes, person)
            until = moment(desk.later + timedelta(minutes=minutes))
            try:
                write(out, made)
            except CustodyError:
                elevated.write("auth/token/revoke-accessor", {"accessor": accessor})
                raise
        ceremony.step(f"token for {person} with policy {policy}", f"made, until {until}")
        ceremony.public["accessor"] = accessor
        ceremony.public["until"] = until
    return Broken(person, f"a token with policy {policy}", out, until, ceremony.id)


def _approved(ceremony: Ceremony) -> Approved:
    if ceremony.approved is None:
        raise RefusedError("glass is broken under an order only")
    return ceremony.approved


def _detail(approved: Approved, name: str) -> str:
    found = approved.order.details.get(name)
    if not found:
        raise RefusedError(f"the order does not say which {name}", f"--detail {name}=VALUE")
    return found


def _minutes(approved: Approved) -> int:
    said = _detail(approved, MINUTES)
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= LONGEST:
        raise RefusedError(f"glass is broken for 1 to {LONGEST} minutes, and not {said}")
    return int(said)


def _signed(
    request: x509.CertificateSigningRequest,
    person: str,
    group: str,
    issuer: x509.Certificate,
    key: _Private,
    now: datetime,
    minutes: int,
    desk: Desk,
) -> x509.Certificate:
    if key.public_key() != issuer.public_key():
        raise CustodyError("the key is not the one of the authority's certificate")
    begins, ends = now - _SKEW, now + timedelta(minutes=minutes) - _SKEW
    if not issuer.not_valid_before_utc <= now or ends > issuer.not_valid_after_utc:
        raise CustodyError(
            f"the authority's certificate is valid until {moment(issuer.not_valid_after_utc)}"
        )
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, group),
            x509.NameAttribute(NameOID.COMMON_NAME, person),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject)
        .public_key(request.public_key())
        .serial_number(int.from_bytes(desk.random(16)) >> 1)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    )
    return builder.sign(key, None if isinstance(key, Ed25519PrivateKey) else SHA256())


def _request(file: Path) -> x509.CertificateSigningRequest:
    try:
        found = x509.load_pem_x509_csr(_bytes(file))
        valid = found.is_signature_valid
    except (ValueError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise CustodyError(f"{file}: no request for a certificate") from error
    if not valid:
        raise CustodyError(f"{file}: whoever made the request does not have its key")
    return found


def _certificate(file: Path) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificate(_bytes(file))
        constraints = found.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, x509.ExtensionNotFound) as error:
        raise CustodyError(f"{file}: no certificate of an authority") from error
    if not constraints.ca:
        raise CustodyError(f"{file}: no certificate of an authority")
    return found


def _key(file: Path, ask: Ask) -> _Private:
    text = _bytes(file)
    try:
        try:
            key = load_pem_private_key(text, None)
        except TypeError:
            said = ask("passphrase", f"passphrase of {file.name}")
            key = load_pem_private_key(text, said.reveal())
    except (ValueError, UnsupportedAlgorithm):
        raise CustodyError(f"{file}: no private key, or a wrong passphrase") from None
    if not isinstance(key, EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey):
        raise CustodyError(f"{file}: a key that signs no certificates")
    return key


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST)
    except OSError as error:
        raise CustodyError(f"{file}: {error.strerror}") from error


def _write(out: Path, text: bytes) -> None:
    try:
        with out.open("xb") as stream:
            stream.write(text)
    except OSError as error:
        raise CustodyError(f"cannot write {out}: {error.strerror}") from error
