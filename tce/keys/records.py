"""`tutela tce keys records`: every ceremony, who signed it, and whether one is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import Key

from blueprints.display import visible
from governance.signing import keyfile
from tce.keys.ceremony.records import Chain, verify
from tce.keys.errors import CustodyError
from tce.keys.orders import officers

EVIDENCE = "keys/evidence.pem"


@dataclass(frozen=True)
class Records:
    """All of an environment's."""

    chain: Chain

    @property
    def exit_code(self) -> int:
        """3 where a signature does not hold, or a record is not there."""
        return 3 if self.chain.problems else 0

    def __str__(self) -> str:
        lines = []
        for one in self.chain.records:
            said = one.record
            who = f", ordered by {', '.join(said.approvals)}" if said.approvals else ""
            failed = " (failed)" if said.outcome == "failed" else ""
            lines.append(f"{said.ended}  {said.verb} {visible(said.target)}{failed}{who}")
            lines += [f"  {visible(step.what)}: {visible(step.result)}" for step in said.steps]
        lines += [f"problem: {visible(one)}" for one in self.chain.problems]
        lines.append(
            f"{len(self.chain.records)} records, {len(self.chain.problems)} problems; the last:"
            f" {', '.join(one[:16] for one in self.chain.heads) or 'none'}"
        )
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "records": [one.record.model_dump(by_alias=True) for one in self.chain.records],
            "problems": list(self.chain.problems),
            "heads": list(self.chain.heads),
        }


def records(folder: Path) -> Records:
    """Verify every record against the evidence key and the officers of a repository.

    Raises:
        CustodyError: one is no record at all.
        ExpectedError: the specification cannot be read.
    """
    return Records(verify(folder, keys(folder)))


def keys(folder: Path) -> Sequence[Key]:
    """Whose signatures count: the officers', and the evidence key's, where it is written down.

    Raises:
        SigningError: the evidence key's file holds none.
        CustodyError: it cannot be read.
    """
    file = folder / EVIDENCE
    found = list(officers.read(folder).keys)
    if file.is_file():
        try:
            text = file.read_bytes()
        except OSError as error:
            raise CustodyError(f"{file}: {error.strerror}") from error
        # Every version that ever signed, one after another.
        end = b"-----END PUBLIC KEY-----"
        parts = [one + end for one in text.split(end)[:-1]]
        found += [keyfile.public(one.strip(), EVIDENCE) for one in parts]
    return found
