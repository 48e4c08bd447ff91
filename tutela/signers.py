"""Who signs, by the URI of a key: fills the seam that lower rooms sign through.

Governance signs certificates of retention and trusted environments sign records; neither knows
whether the key lies in a file, in OpenBao or in a hardware module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.secret import Ask

if TYPE_CHECKING:
    from securesystemslib.signer import Signer


@dataclass(frozen=True)
class Signers:
    """Those whom whoever started this run may sign with."""

    ask: Ask
    """For a passphrase, a PIN, a token."""
    environ: Mapping[str, str]
    """Which OpenBao, which PKCS #11 library."""

    def by_uri(self, uri: str, folder: Path | None) -> "Signer":
        """Return whoever signs with the key `uri`; the repository `folder` may say which OpenBao.

        Raises:
            CustodyError: the URI names no key, or none that signs; it cannot be reached.
            SigningError: a key file that is none.
            NoSecretError: a secret is needed, and nobody is there to say it.
            ExpectedError: what signing needs is not installed.
        """
        from tce.keys import extra

        extra.need()
        from tce.keys.signers import signer
        from tce.keys.uri import parse

        return signer(parse(uri), self.ask, self.environ, folder)
