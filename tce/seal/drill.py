"""`tutela tce headers drill`: what a lost store and a shredded object would be like, tried.

Two drills, on a copy in a folder of its own that is removed afterwards; the store is read only.

1. The store is lost: its backup is restored, every manifest is verified, the escrow opens every
   header, and some bodies as far as their last chunk.
2. An object is shredded: one that is made for it, in the copy and in a backup of the copy. Before,
   the escrow opens it from the restored backup; afterwards the same backup brings nothing back.
"""

import hashlib
import io
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Key

from blueprints.errors import ExpectedError
from governance.sealed.manifest import Manifest, Part
from tce.age import body, header
from tce.age.keys import X25519Identity, X25519Recipient
from tce.age.stanza import Random
from tce.keys.ceremony.ceremony import Ceremony
from tce.seal import manifests
from tce.seal.backup import backup, restore
from tce.seal.headers import archive, checked
from tce.seal.headers.errors import DestroyedError
from tce.seal.headers.folder import FolderStore, create
from tce.seal.headers.store import HeaderStore, Record
from tce.seal.manifests import Senders
from tce.seal.revoke import Bodies

VERB = "headers-drill"
_ORDER = "0" * 64
"""Of the drill's own object: nobody ordered it."""
_SHOWN = 20


@dataclass(frozen=True)
class Drill:
    """What a drill has at hand."""

    store: HeaderStore
    identities: Sequence[X25519Identity]
    """The escrow's."""
    senders: Senders
    bodies: Bodies
    random: Random
    now: datetime
    file: Path | None = None
    """A backup that is kept; None: one that is made for the drill."""
    keys: Sequence[Key] = ()
    """Who may have signed that backup."""
    sample: int = 1
    """How many bodies are opened to their end."""


@dataclass(frozen=True)
class Drilled:
    """What was tried."""

    where: str
    steps: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    """What would not have come back, and why; none: the drill passed."""
    record: str | None = field(default=None)
    """Of the ceremony; None: nobody wrote it down."""

    @property
    def exit_code(self) -> int:
        """3 where something would not have come back."""
        return 3 if self.problems else 0

    def __str__(self) -> str:
        lines = [f"{what}: {result}" for what, result in self.steps]
        lines += [f"problem: {one}" for one in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"and {len(self.problems) - _SHOWN} problems more")
        lines.append("failed" if self.problems else "passed")
        lines.append(f"recorded: {self.record}" if self.record else "not recorded")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/headers-drill/v1``."""
        return {
            "schema": "tutela/headers-drill/v1",
            "where": self.where,
            "steps": [{"what": what, "result": result} for what, result in self.steps],
            "problems": list(self.problems),
            "passed": not self.problems,
            "record": self.record,
        }


def drill(said: Drill, workspace: Path, progress: Callable[[str], None]) -> Drilled:
    """Hold both drills; `workspace` is where the copy lies meanwhile.

    Raises:
        ExpectedError: the store or the backup cannot be read, or the escrow opens no backup.
    """
    steps: list[tuple[str, str]] = []
    problems: list[str] = []
    with tempfile.TemporaryDirectory(dir=workspace, prefix=".drill-") as text:
        folder = Path(text)
        file = said.file
        if file is None:
            progress("backing up")
            file = folder / "backup"
            made = backup(said.store, file, _recipients(said), None, said.now, said.random)
            steps.append((f"{said.store.where} backed up for the drill", f"{made.entries} entries"))
        progress("restoring")
        copy = create(folder / "copy")
        back = restore(file, copy, said.identities, said.keys)
        steps.append((f"backup of {back.made} restored", f"{back.records} headers"))
        _compare(said.store, copy, steps, problems)
        progress("opening headers as the escrow")
        _open(said, copy, steps, problems)
        progress("shredding")
        _shred(said, folder, steps, problems)
    return Drilled(said.store.where, tuple(steps), tuple(problems))


def note(done: Drilled, ceremony: Ceremony) -> None:
    """Write down what a drill did: neither names of objects nor headers, as records are public."""
    for what, result in done.steps:
        ceremony.step(what, result)
    ceremony.step("drill", f"failed: {len(done.problems)} problems" if done.problems else "passed")


def _compare(
    store: HeaderStore,
    copy: FolderStore,
    steps: list[tuple[str, str]],
    problems: list[str],
) -> None:
    same = 0
    for one in store.entries():
        back = copy.find(one.name)
        if back == one:
            same += 1
        elif back is None:
            problems.append(f"{one.name}: version {one.version} is not in the backup")
        else:
            problems.append(
                f"{one.name}: version {one.version} counts, the backup has {back.version}"
            )
    steps.append(("entries that the backup brings back as they are", str(same)))


def _open(
    said: Drill, copy: FolderStore, steps: list[tuple[str, str]], problems: list[str]
) -> None:
    opened = 0
    good: list[tuple[Record, Manifest]] = []
    for name in copy.names():
        record = copy.current(name)
        try:
            manifest = checked.manifest(record, said.senders)
            header.open(checked.read(record), said.identities)
        except ExpectedError as error:
            problems.append(f"{name}: {error}")
            continue
        opened += 1
        good.append((record, manifest))
    steps.append(("headers that the escrow opens, of a known sender's", str(opened)))
    whole = 0
    for record, manifest in _some(good, said):
        try:
            _through(said, record, manifest)
        except ExpectedError as error:
            problems.append(f"{record.name}: {error}")
            continue
        whole += 1
    steps.append(("bodies opened to their last chunk", str(whole)))


def _some(good: list[tuple[Record, Manifest]], said: Drill) -> list[tuple[Record, Manifest]]:
    """Different ones in each drill."""
    start = int.from_bytes(said.random(8), "big") % max(1, len(good))
    return (good[start:] + good[:start])[: said.sample]


def _through(said: Drill, record: Record, manifest: Manifest) -> None:
    file_key = header.open(checked.read(record), said.identities)
    digest = hashlib.sha256()
    with said.bodies(manifest).stream(record.id) as incoming:
        amounts = body.open(
            file_key,
            incoming,
            _Nothing(),
            watch=digest.update,
            size=manifest.body.size,
            name=f"the body of {record.name}",
        )
    found = Part(size=amounts.sealed, sha256=digest.hexdigest())
    manifests.same(manifest.body, found, f"the body of {record.name}")


def _shred(said: Drill, folder: Path, steps: list[tuple[str, str]], problems: list[str]) -> None:
    plain = b"drill"
    store = create(folder / "shredded")
    file_key = header.new_key(said.random)
    sealed = io.BytesIO()
    body.seal(file_key, io.BytesIO(plain), sealed, said.random)
    raw = header.write(file_key, _recipients(said), said.random)
    store.put(Record("drill", manifests.new_id(said.random), 1, raw, b""), None)
    file = folder / "backup-of-the-drill"
    backup(store, file, _recipients(said), None, said.now, said.random)

    def opens(name: str) -> bool:
        """Whether the escrow has it after a restore of that backup."""
        again = create(folder / name)
        restore(file, again, said.identities, [])
        try:
            record = again.current("drill")
        except DestroyedError:
            return False
        out = io.BytesIO()
        body.open(header.open(checked.read(record), said.identities), _again(sealed), out)
        return out.getvalue() == plain

    if not opens("before"):
        problems.append("the escrow did not open the drill's object before it was shredded")
    marks = store.destroy(["drill"], said.now, _ORDER)
    archive.strike(archive.read(file, []), marks, said.random)
    steps.append(("an object of the drill's, sealed to the escrow, backed up, restored", "opened"))
    if opens("after"):
        problems.append("the drill's object still opened after it was shredded")
    else:
        steps.append(("the same after shredding, from the same backup", "nothing opens it"))


def _again(sealed: io.BytesIO) -> io.BytesIO:
    return io.BytesIO(sealed.getvalue())


def _recipients(said: Drill) -> list[X25519Recipient]:
    return [one.recipient for one in said.identities]


class _Nothing:
    """Plaintext goes nowhere."""

    def write(self, data: memoryview, /) -> int:
        return len(data)
