"""Which OpenBao, and as whom: from the environment, the repository, and whoever is asked.

The address is ``BAO_ADDR``, else the one of ``keys/custody.yaml``; the authority ``BAO_CACERT``,
else ``keys/ca.pem``, else the system's. The token is read from ``TUTELA_TOKEN_FILE``, else from
where ``bao login`` leaves it, else asked for. ``BAO_TOKEN`` is not read: every program that is
started inherits it.
"""

import stat
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import ValidationError

from blueprints.secret import Ask, Secret
from tce.custody.custody import FILE, Custody
from tce.keys.bao.client import TIMEOUT, Bao, connect
from tce.keys.bao.errors import BaoError
from tce.keys.errors import CustodyError

ADDRESS, AUTHORITY = "BAO_ADDR", "BAO_CACERT"
CA = "keys/ca.pem"
TOKEN = "token"  # noqa: S105 - what is asked for, not what is answered
LEFT = ".vault-token"
"""In the home, by ``bao login`` (OpenBao 2.7.2)."""
_LONGEST = 1 << 16


def find(
    ask: Ask,
    environ: Mapping[str, str],
    folder: Path | None = None,
    *,
    timeout: float = TIMEOUT,
    login: bool = True,
) -> Bao:
    """Return a connection to the institution's OpenBao.

    Args:
        ask: for the token.
        environ: where the variables stand.
        folder: a rendered repository, if there is one.
        timeout: seconds.
        login: False: as nobody, which is enough for its status.

    Raises:
        BaoError: no address is known; it would show the token to the network.
        CustodyError: the repository's own word cannot be read.
        NoSecretError: a token is needed, and nobody is there to say it.
    """
    server = environ.get(ADDRESS) or (custody(folder).server if folder is not None else "")
    if not server:
        raise BaoError("no address of OpenBao is known", f"export {ADDRESS}=https://HOST:8200")
    ca = Path(environ[AUTHORITY]) if environ.get(AUTHORITY) else None
    if ca is None and folder is not None and (folder / CA).is_file():
        ca = folder / CA
    nobody = connect(server, ca, None, timeout)
    return nobody.as_token(_token(ask, environ)) if login else nobody


def custody(folder: Path) -> Custody:
    """Return what a repository says of its custody.

    Raises:
        CustodyError: there is none, or it is another format.
    """
    path = folder / FILE
    try:
        data = yaml.safe_load(path.read_bytes())
        return Custody.model_validate(data)
    except OSError as error:
        raise CustodyError(
            f"{path}: {error.strerror}", "tutela tce render SPEC --out DIR"
        ) from error
    except yaml.YAMLError as error:
        raise CustodyError(f"{path}: not YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise CustodyError(f"{path}: {at}: {first['msg'].lower()}") from error


def _token(ask: Ask, environ: Mapping[str, str]) -> Secret:
    """The token: from a file that is named, where a login left it, or from a person."""
    home = environ.get("HOME")
    left = Path(home) / LEFT if home else None
    if environ.get("TUTELA_TOKEN_FILE") or left is None or not left.is_file():
        return ask(TOKEN, "token of OpenBao")
    if left.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BaoError(f"{left} can be read by others", f"chmod 600 {left}")
    with left.open("rb") as file:
        return Secret(file.read(_LONGEST).strip())
