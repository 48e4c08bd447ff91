"""Finds of sealed artifacts: what manifests say of their files goes before what names say."""

from collections.abc import Collection, Iterator, Sequence

from governance.recognise.find import Find
from governance.recognise.folder import Folder, Tree
from governance.recognise.layouts import sealed
from governance.sealed.told import MANIFEST, Told


def put(tree: Tree, told: Sequence[Told], known: Collection[str]) -> None:
    """Put a find into every folder that holds files of an artifact of `told`.

    `known` are names of layouts; an artifact of another is one of layout ``sealed``.
    """
    for one in told:
        files: dict[str, set[str]] = {}
        for key in one.keys:
            at = key.rfind("/") + 1
            files.setdefault(key[:at], set()).add(key[at:])
        layout = one.layout if one.layout in known and one.layout else sealed.NAME
        whole = one.root.endswith("/") and _all(tree.folder(one.root), files)
        for path in [one.root] if whole else sorted(files):
            for name, some in _shared(files.get(path, set()), layout):
                tree.folder(path).finds.append(
                    Find(
                        name,
                        one.kind,
                        tree.folder(path),
                        files=None if whole else frozenset(some),
                        root=one.root,
                        run=one.run,
                        step=one.step,
                        unsure=_missing(one),
                        base_model=one.needs[0] if one.needs else None,
                    )
                )


def _all(folder: Folder, files: dict[str, set[str]]) -> bool:
    """Is there nothing in or below a folder but these files?"""
    return all(
        set(one.files) <= files.get(one.path, set())
        and all(cell.names is not None for cell in one.cells)
        for one in (folder, *folder.below())
    )


def _shared(names: set[str], layout: str) -> Iterator[tuple[str, set[str]]]:
    """The layout's files, and the manifests: so that both are parts of the artifact."""
    manifests = {name for name in names if name.endswith(MANIFEST)}
    yield layout, names - manifests
    yield sealed.NAME, manifests


def _missing(one: Told) -> str | None:
    if one.files >= one.members:
        return None
    return f"{one.files} of its {one.members} sealed files are here"
