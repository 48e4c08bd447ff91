"""What an update will do to each file; nothing is written here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from blueprints.engine.blueprint import File, Owner
from blueprints.engine.lock import Lock
from blueprints.engine.spec import digest
from blueprints.update import moves
from blueprints.update.merge import merge
from blueprints.update.merged import Conflict, Labels
from blueprints.update.tree import Folder, Found


class Kind(StrEnum):
    """What happens to a file."""

    ADDED = "added"
    CHANGED = "changed"
    """The new version's; nobody had edited it."""
    MERGED = "merged"
    """Edited by the user and changed by the new version; both are in it."""
    MOVED = "moved"
    DELETED = "deleted"
    KEPT = "kept"
    """The user's; the new version's change is not taken, for the reason given."""
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Change:
    """One file of the result that is not as before, or not as the new version has it."""

    path: str
    kind: Kind
    before: bytes | None
    after: bytes | None
    """None: no file. For a conflict: with markers."""
    executable: bool = False
    was: str = ""
    """Where the file stood before, if elsewhere."""
    why: str = ""


@dataclass
class Plan:
    """Everything that an update will do."""

    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def writes(self) -> dict[str, tuple[bytes, bool]]:
        """Content and executable bit of every file to write."""
        return {
            change.path: (change.after, change.executable)
            for change in self.changes
            if change.after is not None
            and change.kind is not Kind.KEPT
            and (change.kind is not Kind.CONFLICT or change.was or change.after != change.before)
        }

    def deletes(self) -> set[str]:
        """Every file that will be gone."""
        gone = {change.path for change in self.changes if change.kind is Kind.DELETED}
        gone |= {change.was for change in self.changes if change.was and change.after is not None}
        return gone - set(self.writes())


@dataclass(frozen=True)
class Sides:
    """What a plan is made from."""

    lock: Lock
    base: Mapping[str, bytes]
    """The last render, files of the user's own left out."""
    new: tuple[File, ...]
    """The new render."""
    moved: Mapping[str, str]
    """Old path to new path, by the migrations."""
    folder: Folder
    labels: Labels
    git: Path | None
    """The program that merges text."""


def make(sides: Sides) -> Plan:
    """Decide for every file of the old and the new version. Raises ExpectedError as `Folder`."""
    planner = _Planner(sides)
    for file in sides.new:
        planner.wanted(file)
    for path in sorted(sides.lock.files):
        planner.dropped(path)
    planner.check_places()
    plan = planner.plan
    plan.changes.sort(key=lambda change: change.path)
    plan.conflicts.sort(key=lambda one: (one.path, one.line, one.where))
    return plan


class _Planner:
    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.plan = Plan()
        self.new = {file.path: file for file in sides.new}
        self.user = {path: sides.folder.look(path) for path in sides.lock.files}
        self.moved = self._moved()
        self.origin = {new: old for old, new in self.moved.items()}
        self.renamed = self._renamed()
        self.stuck: set[str] = set()
        """Files that could not move."""

    def _moved(self) -> dict[str, str]:
        """Moves of the blueprint: those that it declares, and those that are plain to see."""
        old = self.sides.lock.files
        declared = {
            path: to for path, to in self.sides.moved.items() if path in old and to in self.new
        }
        gone = {
            path: content
            for path, content in self.sides.base.items()
            if path not in self.new and path not in declared
        }
        targets = set(declared.values())
        came = {
            path: file.content
            for path, file in self.new.items()
            if path not in old and path not in targets and file.owner is not Owner.USER
        }
        # Two files that move to one place: neither does.
        origin = moves.backwards({**moves.seen(gone, came), **declared})
        return {old: new for new, old in origin.items()}

    def _renamed(self) -> dict[str, str]:
        """Files that the user renamed, as far as that is plain to see."""
        gone = {
            path: content
            for path, content in self.sides.base.items()
            if self.user.get(path, Found(None)) is None
        }
        if not gone:
            return {}
        known = {*self.sides.lock.files, *self.new}
        taken = dict(self.sides.folder.others(known))
        for path in gone:  # the user may have taken the step of the new version already
            ahead = self.moved.get(path)
            found = self.sides.folder.look(ahead) if ahead else None
            if ahead and found and found.content is not None:
                taken[ahead] = found.content
        return moves.seen(gone, taken)

    # A file of the new version.

    def wanted(self, file: File) -> None:
        old = self.origin.get(file.path, file.path)
        if old not in self.sides.lock.files or (old == file.path and old in self.moved):
            self._new(file)
            return
        here, found = self._where(old)
        if found is None:
            self._stays_deleted(file, old)
        elif found.content is None:
            self._odd(file, old, here)
        elif Owner.USER in (file.owner, self.sides.lock.files[old].owner):
            self._users_own(file, old, here, found)
        else:
            self._merged(file, old, here, found)

    def _where(self, old: str) -> tuple[str, Found | None]:
        """Where the user has a file of the old version now."""
        found = self.user[old]
        if found is None and old in self.renamed:
            here = self.renamed[old]
            return here, self.sides.folder.look(here)
        return old, found

    def _new(self, file: File) -> None:
        found = self.sides.folder.look(file.path)
        # What stands there may move away; a folder may become empty, see `check_places`.
        if found is None or found.folder or file.path in self.moved:
            self._add(Change(file.path, Kind.ADDED, None, file.content, file.executable))
        elif found.content == file.content:
            self._write(Kind.CHANGED, file.path, file.path, found, file.content, file.executable)
        elif file.owner is Owner.USER:
            why = "you have a file of this name, and it would be yours alone"
            self._keep(file.path, found, why)
        elif found.content is None:
            self._conflict(file.path, found, None, "new here, and something else stands there")
        else:
            why = "new in this version, and you have another file of this name"
            merged = merge(file.path, b"", file.content, found.content, *self._way())
            content = merged.content if merged.conflicts else found.content
            self._conflict(file.path, found, content, why)

    def _stays_deleted(self, file: File, old: str) -> None:
        before = self.sides.lock.files[old]
        changed = before.sha256 != digest(file.content) or file.path != old
        why = "you deleted it; the new version changed it" if changed else "you deleted it"
        if changed:
            self._add(Change(file.path, Kind.KEPT, None, None, why=why))

    def _odd(self, file: File, old: str, here: str) -> None:
        """What was a file is a link, a folder or the like by now."""
        if Owner.USER in (file.owner, self.sides.lock.files[old].owner):
            return
        if self.sides.lock.files[old].sha256 != digest(file.content) or file.path != old:
            why = "changed in the new version, and no longer a file of its own here"
            self._conflict(here, Found(None), None, why)

    def _users_own(self, file: File, old: str, here: str, found: Found) -> None:
        before = self.sides.lock.files[old]
        content = found.content or b""
        to = file.path if here == old else here
        if digest(content) == before.sha256:
            self._write(Kind.CHANGED, to, here, found, file.content, file.executable)
            return
        if to != here:
            self._write(Kind.MOVED, to, here, found, content, found.executable)
        elif before.sha256 != digest(file.content):
            self._keep(here, found, "yours alone since you edited it; changed in the new version")

    def _merged(self, file: File, old: str, here: str, found: Found) -> None:
        base, user = self.sides.base.get(old), found.content or b""
        if base is None:
            base = file.content  # not in the base: what stands there is the user's
        merged = merge(file.path, base, file.content, user, *self._way())
        before = self.sides.lock.files[old]
        executable = found.executable if found.executable != before.executable else file.executable
        to = file.path if here == old else here
        if merged.conflicts:
            self.plan.conflicts += [
                Conflict(to, one.where, one.line, one.reason) for one in merged.conflicts
            ]
            was = here if here != to else ""
            self._add(Change(to, Kind.CONFLICT, user, merged.content, executable, was))
            return
        kind = Kind.CHANGED if user in (base, file.content) else Kind.MERGED
        why = f"you renamed {old}" if here != old else ""
        self._write(kind, to, here, found, merged.content, executable, why)

    # A file that only the old version has.

    def dropped(self, path: str) -> None:
        if self.moved.get(path, path) in self.new:
            return
        before = self.sides.lock.files[path]
        here, found = self._where(path)
        if found is None:
            return
        gone = "no longer in the new version"
        edited = found.content is None or digest(found.content) != before.sha256
        if here != path:
            self._keep(here, found, f"you renamed {path}, {gone}; it is yours now")
        elif edited and before.owner is Owner.USER:
            self._keep(here, found, f"{gone}; yours since you edited it")
        elif edited:
            self._conflict(path, found, found.content, f"changed by you, {gone}")
        else:
            self._add(Change(path, Kind.DELETED, found.content, None, why=gone))

    # Writing down what was decided.

    def _way(self) -> tuple[Labels, Path | None]:
        return self.sides.labels, self.sides.git

    def _add(self, change: Change) -> None:
        self.plan.changes.append(change)

    def _keep(self, path: str, found: Found, why: str) -> None:
        self._add(Change(path, Kind.KEPT, found.content, found.content, found.executable, why=why))

    def _conflict(self, path: str, found: Found, marked: bytes | None, why: str) -> None:
        self.plan.conflicts.append(Conflict(path, "", 0, why))
        self._add(Change(path, Kind.CONFLICT, found.content, marked, found.executable, why=why))

    def _write(
        self,
        kind: Kind,
        to: str,
        here: str,
        found: Found,
        content: bytes,
        executable: bool,
        why: str = "",
    ) -> None:
        if (to, content, executable) == (here, found.content, found.executable):
            return
        if to != here:
            there = self.sides.folder.look(to)
            if there is not None and there.content != content and self._is_users(to, there):
                reason = f"{here} moves here, and you have another file of this name"
                self._conflict(to, there, there.content, reason)
                self.stuck.add(here)
                return
            kind = Kind.MOVED
        was = here if to != here else ""
        self._add(Change(to, kind, found.content, content, executable, was, why))

    def _is_users(self, path: str, there: Found) -> bool:
        """Whether what stands at a path would be lost if another file came there."""
        before = self.sides.lock.files.get(path)
        if before is None:
            return not there.folder
        edited = there.content is not None and digest(there.content) != before.sha256
        return edited and path not in self.moved

    def check_places(self) -> None:
        """A file needs its place: a folder of the user's, or a file, may be there."""
        gone: Collection[str] = self.plan.deletes()
        for change in list(self.plan.changes):
            if change.after is None or change.kind in (Kind.KEPT, Kind.CONFLICT):
                continue
            blocker = self.sides.folder.blocked(change.path, gone)
            if blocker:
                self.plan.changes.remove(change)
                why = f"new in this version, and {blocker} is in its way"
                self._conflict(change.path, Found(None), None, why)
                self.stuck.add(change.was)
        for change in list(self.plan.changes):
            if change.path in self.stuck and change.kind is Kind.ADDED:
                self.plan.changes.remove(change)
                why = "new in this version, and what stands here cannot move away"
                self._conflict(change.path, Found(None), None, why)


def records(folder: Folder, wanted: Iterable[File], kept: Iterable[str]) -> Plan:
    """What happens to files that are the tool's own: the lock, the base, the specification.

    `kept` are those that there are now; they are written or deleted without asking.
    """
    plan = Plan()
    files = {file.path: file for file in wanted}
    for path, file in sorted(files.items()):
        found = folder.look(path)
        if found is None or (found.content, found.executable) != (file.content, False):
            kind = Kind.ADDED if found is None else Kind.CHANGED
            before = found.content if found else None
            plan.changes.append(Change(path, kind, before, file.content))
    for path in sorted(set(kept) - files.keys()):
        found = folder.look(path)
        if found is not None:
            plan.changes.append(Change(path, Kind.DELETED, found.content, None))
    return plan
