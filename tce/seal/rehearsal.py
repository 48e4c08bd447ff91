"""`tutela tce headers drill` of an environment: with its escrow, its senders, and a record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tce.keys import desk as desks
from tce.keys.desk import Desk
from tce.keys.escrow.combine import put_together
from tce.seal import environment
from tce.seal.drill import VERB, Drill, Drilled, drill, note
from tce.seal.renew import bodies, store
from tce.seal.setting import Setting


@dataclass(frozen=True)
class Wanted:
    """The command line."""

    shares: Sequence[Path]
    identities: Sequence[Path]
    """Open the shares."""
    detached: str | None
    backup: Path | None
    sample: int
    keys: Sequence[str]
    bodies: str | None = None


def rehearse(desk: Desk, wanted: Wanted, setting: Setting) -> Drilled:
    """Hold the drill and write its record into the repository.

    The copy lies beside the backup, or in the repository's folder for the time of the drill: on a
    disk that is trusted with headers already.

    Raises:
        ShareError: the shares do not make the escrow identity.
        ExpectedError: the store or the backup cannot be read; the record cannot be signed.
    """
    ours = environment.load(desk.folder)
    setting = replace(setting, folder=desk.folder)
    signers = desk.signers(wanted.keys)
    headers = store(wanted.detached, ours, setting)
    escrow = put_together(desk, wanted.shares, wanted.identities)
    senders = ours.senders()
    said = Drill(
        headers,
        [escrow],
        senders,
        bodies(wanted.bodies, setting),
        setting.random,
        setting.now,
        wanted.backup,
        tuple(senders.values()) if wanted.backup else (),
        wanted.sample,
    )
    beside = wanted.backup.parent if wanted.backup else desk.folder.absolute().parent
    done = drill(said, beside, setting.progress)
    with desks.note(desk, VERB, "headers", signers) as ceremony:
        note(done, ceremony)
    return replace(done, record=ceremony.id)
