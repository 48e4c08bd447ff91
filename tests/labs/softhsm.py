"""A real PKCS #11 token in a folder of its own: SoftHSM.

Its library reads ``SOFTHSM2_CONF`` once, when it is loaded into a process: one token folder for
each test run. SoftHSM never locks a PIN, however often it is wrong.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from blueprints.secret import Secret

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/libsofthsm2.so",
)
PIN = "4711-invented"


def library() -> str | None:
    """The library, where SoftHSM is installed."""
    return next((one for one in LIBRARIES if Path(one).is_file()), None)


@dataclass(frozen=True)
class SoftHsm:
    """One token."""

    folder: Path
    label: str = "tce"

    @property
    def environ(self) -> dict[str, str]:
        """Where the library is, and where its tokens are."""
        return {
            "PKCS11_MODULE": library() or "",
            "SOFTHSM2_CONF": str(self.folder / "softhsm2.conf"),
        }

    def pin(self, name: str, wanted: str) -> Secret:
        """Say the PIN to whoever asks for it."""
        assert name == "pin", name
        return Secret(PIN.encode())

    def pin_file(self) -> dict[str, str]:
        """The PIN in a file, for a program under test; its environment."""
        file = self.folder / "pin"
        file.touch(mode=0o600)
        file.write_text(PIN)
        return {"TUTELA_PIN_FILE": str(file)}

    def make(self) -> "SoftHsm":
        """Make the token; the library finds it from then on, in this process too."""
        tokens = self.folder / "tokens"
        tokens.mkdir(parents=True)
        (self.folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = self.environ["SOFTHSM2_CONF"]
        subprocess.run(
            [
                *("softhsm2-util", "--init-token", "--free", "--label", self.label),
                *("--pin", PIN, "--so-pin", "0815-invented"),
            ],
            check=True,
            capture_output=True,
            env={**os.environ},
        )
        return self
