"""Every HCL file of a repository, read once: which folders are modules, and which are run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath

from blueprints.check.repository import Repository
from blueprints.check.tofu.reader import Block, read

_ENDS = (".tf", ".tofu")


@dataclass
class Folder:
    """One module: the files of a folder."""

    path: str
    files: dict[str, Block] = field(default_factory=dict)

    def blocks(self, *types: str) -> Iterator[tuple[str, Block]]:
        """Yield the blocks of some types with their files."""
        for file, top in self.files.items():
            for block in top.of(*types):
                yield file, block

    def inside(self, outer: str, *types: str) -> Iterator[tuple[str, Block]]:
        """Yield the blocks of some types right inside those of another."""
        for file, block in self.blocks(outer):
            for inner in block.of(*types):
                yield file, inner


def folders(repo: Repository) -> dict[str, Folder]:
    """Every folder with OpenTofu or Terraform files."""
    known = repo.indexes.get("tofu")
    if isinstance(known, dict):
        return known
    found: dict[str, Folder] = {}
    for path in repo.files:
        if path.endswith(_ENDS):
            folder = found.setdefault(dirname(path), Folder(dirname(path)))
            folder.files[path] = read(repo.text(path))
    repo.indexes["tofu"] = found
    return found


def called(repo: Repository) -> frozenset[str]:
    """The folders that others use as modules; the rest are run by themselves."""
    sources = {
        normpath(join(folder.path, source))
        for folder in folders(repo).values()
        for _, block in folder.blocks("module")
        if isinstance(source := block.value("source"), str) and source.startswith(".")
    }
    return frozenset(sources)
