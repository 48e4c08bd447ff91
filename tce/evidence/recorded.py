"""Commands with ``--record``: the same runs, over a repository that is watched meanwhile."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from securesystemslib.signer import Signer

from blueprints.front import Front
from governance.version import version
from tce.evidence import runs
from tce.evidence.errors import EvidenceError
from tce.evidence.keep import Kept, keep
from tce.evidence.keys import signers
from tce.evidence.watched import Watched
from tce.probe.probe import PERIMETER, SPECIFICATION
from tce.probe.probe import probe as try_packets
from tce.probe.prober import Options as Packets
from tce.probe.vlan import FOLDER as NETWORKS
from tce.prove.prove import prove_repository
from tce.prove.sources import Options, UsageError, readbacks

if TYPE_CHECKING:
    from tce.attack.result import Attack

READ = (SPECIFICATION, PERIMETER)
"""What a probe reads in any case."""


@dataclass(frozen=True)
class Keeping:
    """Where a record goes, and what else it says."""

    file: Path
    signers: tuple[Signer, ...]
    now: datetime
    tool: str
    progress: Callable[[str], None]

    @classmethod
    def of(
        cls, record: Path | None, key: str | None, front: Front, folder: Path | None = None
    ) -> Self:
        """As a command line says it; `folder` says which OpenBao where nothing else does.

        Raises:
            UsageError: a key and nothing to sign.
            CustodyError: the URI names no key.
            SigningError: the key cannot be used.
        """
        if record is None:
            raise UsageError("--key signs a record, and there is none", "--record FILE")
        return cls(record, signers(key, front, folder), front.now, version(), front.progress)


def prove(folder: Path | None, live: Iterable[str], seed: int, keeping: Keeping) -> Kept:
    """Prove a repository and keep the record.

    Raises:
        UsageError: no folder.
        ExpectedError: as `tce.prove.prove.prove`.
        EvidenceError: a file changed meanwhile; the record cannot be written.
    """
    if folder is None:
        raise UsageError("a record is kept of a whole repository", "tutela tce prove DIR")
    options = Options(readbacks(live), seed)
    repo = Watched(folder)
    proof = prove_repository(repo, str(folder), options, keeping.now.date(), keeping.progress)
    record = runs.of_proof(repo, proof, keeping.now, keeping.tool, options.live)
    return keep(proof, record, keeping.file, keeping.signers)


def probe(folder: Path, options: Packets, keeping: Keeping, *, vlans: bool | None) -> Kept:
    """Send packets and keep the record.

    Raises:
        ExpectedError: as `tce.probe.probe.probe`.
        EvidenceError: files changed meanwhile; the record cannot be written.
    """
    before = _noted(folder)
    probing = try_packets(folder, options, keeping.now.date(), keeping.progress, vlans=vlans)
    repo = _noted(folder)
    if repo.seen != before.seen:
        raise EvidenceError(f"{folder} changed while it was probed", "run it again")
    if not any(part.file == NETWORKS for part in probing.parts):
        repo.seen = {path: digest for path, digest in repo.seen.items() if path in READ}
    record = runs.of_probe(repo, probing, keeping.now, keeping.tool)
    return keep(probing, record, keeping.file, keeping.signers)


def _noted(folder: Path) -> Watched:
    repo = Watched(folder)
    repo.note(one for one in READ if repo.exists(one))
    repo.note(repo.under(NETWORKS))
    return repo


def check(folder: Path, keeping: Keeping) -> Kept:
    """Check a repository, all rules and its history, and keep the record.

    Raises:
        ExpectedError: as `blueprints.check.run.check`.
        EvidenceError: files changed meanwhile; the record cannot be written.
    """
    from blueprints.check.run import Asked
    from blueprints.check.run import check as run

    before = _whole(folder)
    result = run(folder, Asked(), keeping.now.date(), keeping.progress)
    repo = _whole(folder)
    if repo.seen != before.seen:
        raise EvidenceError(f"{folder} changed while it was checked", "run it again")
    record = runs.of_check(repo, result, keeping.now, keeping.tool)
    return keep(result, record, keeping.file, keeping.signers)


def visibility(folder: Path, canaries: Sequence[Path], out: Path | None, keeping: Keeping) -> Kept:
    """Ask of every field who can read it, and keep the record.

    Raises:
        ExpectedError: as `tce.visibility.visibility.visibility`.
        EvidenceError: files changed meanwhile; the record cannot be written.
    """
    from tce.visibility.visibility import visibility as judge

    before = _whole(folder)
    result = judge(folder, canaries, out)
    repo = _whole(folder)
    if repo.seen != before.seen:
        raise EvidenceError(f"{folder} changed while it was looked at", "run it again")
    record = runs.of_visibility(repo, result, keeping.now, keeping.tool)
    return keep(result, record, keeping.file, keeping.signers)


def canary(
    folders: Sequence[Path],
    canaries: Sequence[Path],
    random: Callable[[int], bytes],
    keeping: Keeping,
) -> Kept:
    """Look for known secrets, and keep the record; the first folder is the environment.

    Raises:
        UsageError: the first folder is no rendered environment.
        ExpectedError: as `tce.canary.canary.look`.
        EvidenceError: files changed meanwhile; the record cannot be written.
    """
    from tce.canary.canary import look

    if not folders or not (folders[0] / SPECIFICATION).is_file():
        raise UsageError(
            "a record is kept of a rendered environment: it is named first", "tutela tce canary DIR"
        )
    before = _whole(folders[0])
    result = look(folders, canaries, random, keeping.progress)
    repo = _whole(folders[0])
    if repo.seen != before.seen:
        raise EvidenceError(f"{folders[0]} changed while it was searched", "run it again")
    record = runs.of_canaries(repo, result, keeping.now, keeping.tool)
    return keep(result, record, keeping.file, keeping.signers)


def planted(folder: Path, random: Callable[[int], bytes], keeping: Keeping) -> Kept:
    """Render among marked secrets, look for them, and keep the record.

    Raises:
        CanaryError: the search does not find what it plants itself.
        EvidenceError: nothing can be rendered for a while; files changed meanwhile; the record
            cannot be written.
    """
    from tce.canary.planted import plant

    before = _whole(folder)
    try:
        result = plant(folder, random, keeping.progress)
    except OSError as error:
        raise EvidenceError(f"cannot render {folder} again: {error.strerror}") from error
    repo = _whole(folder)
    if repo.seen != before.seen:
        raise EvidenceError(f"{folder} changed while it was rendered again", "run it again")
    record = runs.of_planted(repo, result, keeping.now, keeping.tool)
    return keep(result, record, keeping.file, keeping.signers)


def attack(folder: Path, result: "Attack", keeping: Keeping, *, live: bool) -> Kept:
    """Keep the record of an attack that was made on what the provider holds of `folder`.

    Raises:
        EvidenceError: the record cannot be written.
    """
    record = runs.of_attack(_whole(folder), result, keeping.now, keeping.tool, live=live)
    return keep(result, record, keeping.file, keeping.signers)


def _whole(folder: Path) -> Watched:
    repo = Watched(folder)
    repo.note(repo.files)
    return repo
