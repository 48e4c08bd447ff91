"""Keys by URI, as people name them.

| URI | key |
|---|---|
| ``bao://<mount>/keys/<name>`` | of OpenBao's transit engine; the path is the API's |
| ``bao://<mount>/data/<path>`` | a secret of OpenBao's KV engine, version 2: a wrapped identity |
| ``pkcs11:token=..;object=..?module-path=..`` | in a hardware module (RFC 7512) |
| ``file:<path>`` | an Ed25519 key in PEM, under a passphrase or not |
| ``age:<path>`` or a path alone | a file of age identities, under a passphrase or not |

Which OpenBao: ``BAO_ADDR`` and ``BAO_CACERT``, or what the repository says. No URI holds a secret:
PINs, tokens and passphrases are asked for.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tce.keys.errors import CustodyError

_FORMS = (
    "bao://MOUNT/keys/NAME, bao://MOUNT/data/PATH, pkcs11:token=T;object=O, file:PATH, age:PATH"
)

_IDENTITY = "AGE-SECRET-KEY-"


@dataclass(frozen=True)
class BaoKey:
    """Something of OpenBao: a transit key or a KV secret."""

    mount: str
    kind: Literal["keys", "data"]
    path: str

    def __str__(self) -> str:
        return f"bao://{self.mount}/{self.kind}/{self.path}"


@dataclass(frozen=True)
class HardwareKey:
    """A key in a PKCS #11 token."""

    token: str
    label: str
    module: Path | None
    """The library; None: the one that ``PKCS11_MODULE`` names."""

    def __str__(self) -> str:
        return f"pkcs11:token={self.token};object={self.label}"


@dataclass(frozen=True)
class FileKey:
    """An Ed25519 key in a file."""

    path: Path

    def __str__(self) -> str:
        return f"file:{self.path}"


@dataclass(frozen=True)
class AgeKey:
    """A file of age identities."""

    path: Path

    def __str__(self) -> str:
        return f"age:{self.path}"


KeyUri = BaoKey | HardwareKey | FileKey | AgeKey


def parse(text: str) -> KeyUri:
    """Return the key that `text` names.

    Raises:
        CustodyError: it names none; a PIN, an identity or another secret stands in it.
    """
    scheme, colon, rest = text.partition(":")
    if (rest or text).strip().upper().startswith(_IDENTITY):
        # Not shown: whoever reads what is printed would hold it.
        raise CustodyError(
            "an age identity itself stands on no command line: others of this machine read it",
            "age:FILE (mode 0600)",
        )
    if not colon or scheme in ("age", "file"):
        if (not rest and colon) or not text:
            raise CustodyError(f"{text!r} names no file", _FORMS)
        return FileKey(Path(rest)) if scheme == "file" and colon else AgeKey(Path(rest or text))
    if scheme == "bao":
        return _bao(text)
    if scheme == "pkcs11":
        return _hardware(rest)
    raise CustodyError(f"{scheme}: names no kind of key", _FORMS)


def _bao(text: str) -> BaoKey:
    parts = urlsplit(text)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise CustodyError("a bao:// URI holds no token and no options", _FORMS)
    whole = f"{parts.netloc}{parts.path}".rstrip("/")
    segments = whole.split("/")
    if "" in segments or ".." in segments or "." in segments:
        raise CustodyError(f"{text}: not a path of OpenBao", _FORMS)
    for kind in ("keys", "data"):
        mount, found, path = whole.partition(f"/{kind}/")
        if found and mount and path:
            return BaoKey(mount, "keys" if kind == "keys" else "data", path)
    raise CustodyError(f"{text}: names neither a transit key nor a KV secret", _FORMS)


def _hardware(rest: str) -> HardwareKey:
    path, _, query = rest.partition("?")
    said = dict(one.partition("=")[::2] for one in path.split(";") if one)
    options = parse_qs(query)
    if "pin-value" in said or "pin-value" in options:
        raise CustodyError(
            "a PIN never stands in a URI: it is asked for", "export TUTELA_PIN_FILE=FILE"
        )
    unknown = set(said) - {"token", "object", "type"} | set(options) - {"module-path"}
    if unknown:
        raise CustodyError(f"pkcs11: {sorted(unknown)[0]} is not read here", _FORMS)
    if not said.get("token") or not said.get("object"):
        raise CustodyError("pkcs11: a token and an object have to be named", _FORMS)
    module = options.get("module-path", [""])[0]
    return HardwareKey(
        unquote(said["token"]), unquote(said["object"]), Path(module) if module else None
    )
