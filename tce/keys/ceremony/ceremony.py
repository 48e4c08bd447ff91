"""Holding a ceremony: steps are noted as they are done, and signed together at the end.

ceremony = begin(folder, "shred", "s3://genomes", officers, now, random, approved)
ceremony.step("transit key tce-x-transit/keys/obj-genomes", "destroyed")
ceremony.public["recipient"] = "age1.."
path = ceremony.finish(folder, signers, now)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from securesystemslib.signer import Signer

from governance.signing import envelope
from tce.keys.ceremony import records
from tce.keys.ceremony.record import PAYLOAD_TYPE, SCHEMA, Record, Step
from tce.keys.errors import CustodyError
from tce.keys.orders.approval import Approved
from tce.keys.orders.order import moment, nonce


@dataclass
class Ceremony:
    """One that is being held; nothing is written before it ends."""

    id: str
    verb: str
    target: str
    environment: str
    started: datetime
    approved: Approved | None
    previous: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    public: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Where in the repository its record is written."""
        return records.path(self.id)

    def step(self, what: str, result: str) -> None:
        """Note one thing that was done, and how it ended. Never a secret."""
        self.steps.append(Step(what=what, result=result))

    def record(self, now: datetime, outcome: Literal["done", "failed"] = "done") -> Record:
        """What is signed."""
        order = self.approved.order if self.approved else None
        return Record(
            schema=SCHEMA,
            id=self.id,
            verb=self.verb,
            target=self.target,
            environment=self.environment,
            started=moment(self.started),
            ended=moment(max(now, self.started)),
            outcome=outcome,
            order=order.digest if order else None,
            why=order.why if order else "",
            approvals=list(self.approved.approvals) if self.approved else [],
            steps=list(self.steps),
            public=dict(self.public),
            previous=list(self.previous),
        )

    def finish(
        self,
        folder: Path,
        signers: Sequence[Signer],
        now: datetime,
        outcome: Literal["done", "failed"] = "done",
    ) -> Path:
        """Sign the record and write it into the repository `folder`; return its file.

        Raises:
            CustodyError: nobody is there to sign; the file cannot be written.
            SigningError: a signer cannot be reached or refuses.
        """
        if not signers:
            raise CustodyError("somebody has to sign the record", "--key file:OFFICER.pem")
        text = envelope.sign(self.record(now, outcome).text(), PAYLOAD_TYPE, signers)
        return records.write(folder, self.id, text)


def begin(
    folder: Path,
    verb: str,
    target: str,
    environment: str,
    now: datetime,
    random: Callable[[int], bytes],
    approved: Approved | None = None,
) -> Ceremony:
    """Begin one; `folder` is the repository whose records it follows.

    Raises:
        CustodyError: a record there cannot be read.
    """
    stamp = moment(now).replace("-", "").replace(":", "").lower()
    name = f"{stamp}-{verb}-{nonce(random)}"
    return Ceremony(name, verb, target, environment, now, approved, records.heads(folder))
