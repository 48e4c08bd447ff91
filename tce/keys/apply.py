"""`tutela tce keys apply`: bring OpenBao to what the repository says; Git gets what is public.

Nothing is taken away: what is not declared any more is named by `status` and removed by ceremony.
What is there is not made again: no key, identity or passphrase is ever overwritten.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from blueprints.display import visible
from tce.custody.custody import Custody
from tce.keys import public
from tce.keys.bao import engines, logins, policies, transit, values
from tce.keys.bao.change import Change
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import MissingError
from tce.keys.bao.where import custody as read_custody
from tce.keys.ceremony.ceremony import begin
from tce.keys.errors import RefusedError
from tce.keys.signers import TransitSigner

Random = Callable[[int], bytes]


@dataclass(frozen=True)
class Applied:
    """What was done, and what is left."""

    environment: str
    server: str
    dry_run: bool
    done: tuple[Change, ...]
    """Made right; in a dry run: what would be."""
    left: tuple[Change, ...]
    """For people, or refused, or still another than declared after it was written."""
    files: tuple[str, ...]
    """Of the repository, that are new or changed: to be committed."""
    record: str | None
    """File of the ceremony's record; None: nothing was changed."""

    @property
    def exit_code(self) -> int:
        """4 where something is refused or did not come right."""
        return 4 if any(one.state != "left" for one in self.left) else 0

    def __str__(self) -> str:
        would = "would be " if self.dry_run else ""
        lines = [f"OpenBao at {self.server}: {self.environment}"]
        lines += [
            f"  {would}{'made' if one.state == 'missing' else 'set right'}: {shown_as(one)}"
            for one in self.done
        ]
        if not self.done:
            lines.append("  nothing to do: it is as the repository says")
        lines += [f"  {one.state}: {shown_as(one)}" for one in self.left]
        lines += public.to_commit(self.files)
        return "\n".join(visible(line) for line in lines)

    def as_json(self) -> dict[str, object]:
        """Everything."""
        return {
            "schema": "tutela/keys-applied/v1",
            "environment": self.environment,
            "server": self.server,
            "dry_run": self.dry_run,
            "done": [_data(one) for one in self.done],
            "left": [_data(one) for one in self.left],
            "files": list(self.files),
            "record": self.record,
        }


def apply(
    folder: Path,
    bao: Bao,
    now: datetime,
    random: Random,
    progress: Callable[[str], None],
    *,
    dry_run: bool = False,
    record: bool = True,
) -> Applied:
    """Bring `bao` to what the repository `folder` says.

    Without `record` the caller writes down what was done, as part of a larger ceremony.

    Raises:
        RefusedError: a policy is too wide; OpenBao writes down nothing of what it is asked; the
            repository shows other recipients than it.
        CustodyError: the repository cannot be read or written.
        BaoError: OpenBao cannot be asked, or refuses; what was done before stays, and the next run
            goes on from there.
    """
    custody, texts = readable(folder)
    audited(bao)
    found = differences(custody, texts, bao, random)
    to_do = [one for one in found if one.do is not None]
    if dry_run:
        left = tuple(one for one in found if one.do is None)
        return Applied(custody.environment, bao.server, True, tuple(to_do), left, (), None)
    for one in to_do:
        progress(one.what)
        if one.do is not None:
            one.do()
    left = tuple(differences(custody, texts, bao, random) if to_do else found)
    files = shown(custody, bao, folder)
    written = None
    if to_do and record:
        written = _recorded(folder, custody, bao, to_do, now, random)
        files = (*files, written)
    return Applied(custody.environment, bao.server, False, tuple(to_do), left, files, written)


def readable(folder: Path) -> tuple[Custody, dict[str, str]]:
    """Return what the repository says, and the policies' texts.

    Raises:
        RefusedError: a policy is too wide.
        CustodyError: it cannot be read.
    """
    custody = read_custody(folder)
    return custody, policies.texts(custody, folder)


def differences(custody: Custody, texts: dict[str, str], bao: Bao, random: Random) -> list[Change]:
    """Return everything in which OpenBao differs, in the order in which it is made right.

    Raises:
        BaoError: it cannot be asked.
    """
    return [
        *engines.changes(custody, bao),
        *policies.changes(texts, bao),
        *logins.changes(custody, bao),
        *values.changes(custody, bao, random),
    ]


def audited(bao: Bao) -> tuple[str, ...]:
    """Return the audit devices.

    Raises:
        RefusedError: there is none: nobody would know what was done with the keys.
        BaoError: it cannot be asked.
    """
    said = bao.read("sys/audit")
    devices = tuple(sorted(name.rstrip("/") for name in said.get("data") or {}))
    if not devices:
        raise RefusedError(
            f"OpenBao at {bao.server} writes down nothing of what it is asked",
            'its configuration: audit "file" "main" { .. } (keys/bao/server.hcl)',
        )
    return devices


def shown(custody: Custody, bao: Bao, folder: Path) -> tuple[str, ...]:
    """Write what is public into the repository, and return the files that are new or changed.

    Raises:
        RefusedError: the repository shows another recipient.
        CustodyError: it cannot be written.
        BaoError: OpenBao cannot be asked.
    """
    files = list(public.differing(folder, list(public_files(custody, bao))))
    for one in files:
        public.write(folder, one)
    return tuple(one.path for one in files)


def public_files(custody: Custody, bao: Bao) -> Iterator[public.Written]:
    """Yield what the repository is to show, of what there is.

    Raises:
        BaoError: OpenBao cannot be asked.
    """
    places = {one.name: one.place for one in custody.identities}
    for name, wrapped in values.recipients(custody, bao):
        yield public.recipient(name, places[name], wrapped)
    mount, _, name = custody.evidence.partition("/keys/")
    try:
        yield public.evidence(transit.state(bao, mount, name).public)
    except MissingError:
        return


def _recorded(
    folder: Path,
    custody: Custody,
    bao: Bao,
    done: Sequence[Change],
    now: datetime,
    random: Random,
) -> str:
    """Write the signed record, and return its path in the repository."""
    ceremony = begin(folder, "apply", bao.server, custody.environment, now, random)
    for one in done:
        ceremony.step(shown_as(one), "made" if one.state == "missing" else "set right")
    ceremony.public |= public_names(custody, bao)
    mount, _, key = custody.evidence.partition("/keys/")
    path = ceremony.finish(folder, [TransitSigner(bao, mount, key)], now)
    return path.relative_to(folder).as_posix()


def public_names(custody: Custody, bao: Bao) -> dict[str, str]:
    """What a record says of the keys: recipients and their epochs.

    Raises:
        BaoError: OpenBao cannot be asked.
    """
    return {
        f"recipient {name} epoch {wrapped.epoch}": wrapped.recipient
        for name, wrapped in values.recipients(custody, bao)
    }


def shown_as(one: Change) -> str:
    """A change on one line."""
    return f"{one.what} ({one.detail})" if one.detail else one.what


def _data(one: Change) -> dict[str, str]:
    return {"what": one.what, "state": one.state, "detail": one.detail}
