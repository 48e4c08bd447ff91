"""From what layouts found in each folder to artifacts that share no file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from governance.artifact import Kind, Role
from governance.recognise.find import Find, Layout
from governance.recognise.folder import Cell, Folder, Tree
from governance.recognise.records import described, unseen_shape
from governance.recognise.roles import Roles
from governance.recognise.runs import (
    FOLDERS as RUN_FOLDERS,
)
from governance.recognise.runs import (
    NAME as RUN,
)
from governance.recognise.runs import (
    is_run_file,
    run_folders,
    run_of,
)

REST = "rest"
UNKNOWN = "unknown"
LARGEST_STEP = 2**63 - 1
"""A larger number in a folder's name is not a step."""


@dataclass(slots=True)
class Artifact:
    """One artifact before its contents were asked. `finds` starts with the outermost layout."""

    root: str
    slot: str
    kind: Kind
    layout: str
    run: str
    finds: list[Find] = field(default_factory=list)
    step: int | None = None

    @property
    def parts(self) -> list[str]:
        """Every layout merged into it, sorted."""
        return sorted({find.layout for find in self.finds} or {self.layout})


@dataclass(slots=True)
class Resolved:
    """Artifacts and who owns which files, as rows for SQL.

    A shape row is (folder path, shape, artifact index, is each file its own artifact, role);
    a name row is (folder path, name, artifact index, role) and goes before any shape row.
    """

    artifacts: list[Artifact] = field(default_factory=list)
    shapes: list[tuple[str, str, int, bool, Role]] = field(default_factory=list)
    names: list[tuple[str, str, int, Role]] = field(default_factory=list)
    wholes: dict[str, int] = field(default_factory=dict)
    """Folder path -> index of the artifact that takes it and everything below."""


def match(tree: Tree, layouts: Sequence[Layout]) -> list[Folder]:
    """Ask every layout about every folder, innermost first; return the folders, outermost first."""
    folders = list(tree)
    for folder in reversed(folders):
        for layout in layouts:
            folder.finds.extend(layout.match(folder))
        if folder.parent is not None:
            debris = sum(find.kind is Kind.DEBRIS for find in folder.finds)
            folder.parent.nested += folder.nested + len(folder.finds) - debris
            folder.parent.litter += folder.litter + debris
    return folders


def resolve(tree: Tree, layouts: Sequence[Layout], prefix: str, roles: Roles) -> Resolved:
    """Give every file of the tree to exactly one artifact.

    `prefix` is the scanned prefix: what is unknown is never summed up in a folder above it.
    """
    folders = match(tree, layouts)
    runs = run_folders(folders)
    resolver = _Resolver(runs, prefix, roles)
    for folder in folders:
        resolver.visit(folder)
    resolver.give_records([folder for folder in folders if folder.records])
    return resolver.out


def _parts(folder: Folder, outermost: Find) -> list[Find]:
    """Return what makes up the artifact that takes this folder, its outermost layout first."""
    if outermost.sealed:
        return [outermost]
    finds = [find for find in folder.finds if find is not outermost]
    finds += [find for below in folder.below() for find in below.finds]
    # A table or an array inside a save is a file of it: it is whole if the save is.
    inert = {Kind.DEBRIS}
    if outermost.kind is not Kind.DATASET:
        inert |= {Kind.DATASET, Kind.BLOB, Kind.RUN}
    finds = [find for find in finds if find.kind not in inert]
    if outermost.alone:
        finds = [replace(find, reads=(), judge=None) for find in finds]
    return [outermost, *finds]


_FAN_OUT = re.compile(r"[0-9a-f]{2}|md5|sha256|files|blobs")
"""Folders into which content-addressed stores spread their blobs."""


def _content_store(folder: Folder) -> Folder:
    """The folder of the whole store that a blob lies in."""
    while folder.parent is not None and _FAN_OUT.fullmatch(folder.name):
        folder = folder.parent
    return folder


class _Resolver:
    def __init__(self, runs: set[str], prefix: str, roles: Roles) -> None:
        self.out = Resolved()
        self._runs = runs
        self._floor = prefix[: prefix.rfind("/") + 1]
        self._roles = roles
        self._by_place: dict[tuple[str, str], int] = {}
        # Folder path -> artifact that takes all of it (a save, a log folder, an unknown tree).
        self._taken: dict[str, int] = {}
        # Folder path -> artifact that gets what nothing else claims there.
        self._rest: dict[str, int] = {}

    def visit(self, folder: Folder) -> None:
        taken = None
        if folder.parent is not None:
            taken = self._taken.get(folder.parent.path)
            if folder.parent.path in self._rest:
                self._rest[folder.path] = self._rest[folder.parent.path]
        if taken is None:
            taken = self._whole(folder)
        if taken is not None:
            self._taken[folder.path] = taken
            self._give(folder, folder.cells, taken)
            return
        cells, loose = self._own(folder)
        if cells or loose:
            self._leftovers(folder, cells, loose)

    def _whole(self, folder: Folder) -> int | None:
        """Return the artifact that begins at this folder and takes all of it, if there is one."""
        outermost = next((find for find in folder.finds if find.whole), None)
        if outermost is not None:
            index = self._artifact(outermost, _parts(folder, outermost))
            self.out.wholes[folder.path] = index
            return index
        if folder.finds or folder.nested or folder.litter or folder.path in self._runs:
            return None
        if folder.path in self._rest:
            return self._rest[folder.path]
        if folder.parent is not None and self._is_run_folder(folder):
            return self._slot(self._run_path(folder.parent), RUN, Kind.RUN)
        if len(folder.path) > len(self._floor):
            return self._slot(folder.path, REST, Kind.UNKNOWN)
        return None

    def _is_run_folder(self, folder: Folder) -> bool:
        parent = folder.parent
        return parent is not None and parent.path in self._runs and folder.name in RUN_FOLDERS

    def _run_path(self, folder: Folder) -> str:
        run = run_of(folder)
        return run.path if run.path in self._runs else folder.path

    def _own(self, folder: Folder) -> tuple[list[Cell], set[str]]:
        """Give files to the finds that name them; return the cells and names that are left."""
        shape_of = {name: cell.shape for cell in folder.cells for name in cell.names or ()}
        left = set(folder.files)
        unseen = {cell.shape for cell in folder.cells if cell.names is None}
        for find in folder.finds:
            shapes = unseen & (find.each | find.shapes)
            mine = (find.files or frozenset()) & left
            if not shapes and not mine and not find.rest:
                continue
            if find.each:
                index = self._new(find, [find], f"{find.place}*{find.layout}")
            elif find.rest and find.kind is Kind.RUN:
                index = self._slot(find.place, RUN, Kind.RUN)
            else:
                index = self._artifact(find, [find])
            if find.rest:
                self._rest[folder.path] = index
            for shape in sorted(shapes):
                role = self._roles.of(find, shape)
                self.out.shapes.append((folder.path, shape, index, bool(find.each), role))
            unseen -= shapes
            for name in sorted(mine):
                role = self._roles.of(find, shape_of[name])
                self.out.names.append((folder.path, name, index, role))
            left -= mine
        cells = [cell for cell in folder.cells if cell.names is None and cell.shape in unseen]
        return cells, left

    def _leftovers(self, folder: Folder, cells: list[Cell], loose: set[str]) -> None:
        rest = self._rest.get(folder.path)
        run_files = {name for name in loose if is_run_file(name)}
        if rest is not None and self.out.artifacts[rest].kind is Kind.RUN:
            run_files = set()
        if folder.path in self._runs and run_files:
            index = self._slot(self._run_path(folder), RUN, Kind.RUN)
            self.out.names += [(folder.path, name, index, Role.OTHER) for name in sorted(run_files)]
            loose = loose - run_files
        if cells or loose:
            index = self._slot(folder.path, REST, Kind.UNKNOWN) if rest is None else rest
            self.out.names += [(folder.path, name, index, Role.OTHER) for name in sorted(loose)]
            rows = [(folder.path, cell.shape, index, False, Role.OTHER) for cell in cells]
            self.out.shapes += rows

    def give_records(self, folders: list[Folder]) -> None:
        """Give each record to what it describes; all else has its owner by now."""
        owners: dict[str, dict[str, int]] = {folder.path: {} for folder in folders}
        for path, name, index, _ in self.out.names:
            if path in owners:
                owners[path][name] = index
        for path, shape, index, each, _ in self.out.shapes:
            if path in owners and not each:
                owners[path][shape] = index
        self.out.names += [
            (folder.path, name, self._described(folder, name, owners[folder.path]), Role.OTHER)
            for folder in folders
            for name in folder.records
        ]

    def _described(self, folder: Folder, name: str, owners: dict[str, int]) -> int:
        taken = self._taken.get(folder.path)
        if taken is not None:
            return taken
        beside = described(name)
        if beside is not None:
            places = (folder.path + beside, f"{folder.path}{beside}/")
            known = [self._by_place.get((place, "")) for place in places]
            known += [owners.get(beside), owners.get(unseen_shape(beside))]
        else:
            alone = set(owners.values())
            known = [self._by_place.get((folder.path, ""))]
            known += alone if len(alone) == 1 else []
        found = next((index for index in known if index is not None), None)
        if found is None:
            found = self._rest.get(folder.path)
        if found is None and folder.path in self._runs:
            found = self._slot(self._run_path(folder), RUN, Kind.RUN)
        return self._slot(folder.path, REST, Kind.UNKNOWN) if found is None else found

    def _give(self, folder: Folder, cells: list[Cell], index: int) -> None:
        artifact = self.out.artifacts[index]
        for cell in cells:
            role = self._roles.of_parts(artifact, folder.path, cell.shape)
            self.out.shapes.append((folder.path, cell.shape, index, False, role))

    def _artifact(self, find: Find, finds: list[Find]) -> int:
        index = self._by_place.get((find.place, ""))
        if index is None:
            index = self._by_place[find.place, ""] = self._new(find, finds)
        else:
            self.out.artifacts[index].finds += finds
        return index

    def _new(self, find: Find, finds: list[Find], root: str | None = None) -> int:
        container = find.folder.parent if find.whole and find.folder.parent else find.folder
        steps = (part.step for part in (find, *finds) if part.step is not None)
        artifact = Artifact(
            root=find.place if root is None else root,
            slot="",
            kind=find.kind,
            layout=find.layout,
            run=self._series(find, container),
            finds=finds,
            step=next((step for step in steps if step <= LARGEST_STEP), None),
        )
        self.out.artifacts.append(artifact)
        return len(self.out.artifacts) - 1

    def _series(self, find: Find, container: Folder) -> str:
        if find.run is not None:
            return find.run
        if find.kind is Kind.CHECKPOINT:
            return run_of(container).path
        if find.kind is Kind.BLOB:
            return _content_store(find.folder).path
        folder: Folder | None = find.folder
        while folder is not None:
            if folder.path in self._runs:
                return run_of(folder).path
            folder = folder.parent
        return container.path

    def _slot(self, root: str, slot: str, kind: Kind) -> int:
        index = self._by_place.get((root, slot))
        if index is None:
            layout = RUN if kind is Kind.RUN else UNKNOWN
            self.out.artifacts.append(Artifact(root, slot, kind, layout, run=root))
            index = self._by_place[root, slot] = len(self.out.artifacts) - 1
        return index
