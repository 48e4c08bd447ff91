"""The Hugging Face hub cache: `models--org--name/{blobs,refs,snapshots}`.

Each blob is an artifact; `snapshots/<commit>/` holds links to blobs, or files where links cannot
be had. What points at blobs (refs, `.no_exist`) is one small artifact of the repository.
Source: huggingface_hub `file_download.py` (`repo_folder_name`, `hf_hub_download`); blobs are named
by SHA-1 of Git or SHA-256.
"""

import re
from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "hf-hub-cache"
FILES = ""
ROLES: Sequence[tuple[str, Role]] = ()

_REPO = re.compile(r"(?P<type>models|datasets|spaces)--.+")
_PARTS = ("blobs", "refs", "snapshots")
_ABSENT = ".no_exist"
_LINKS = "snapshots are links, which a listing does not follow"
_BLOBS = frozenset({"~40", "~64"})


def match(folder: Folder) -> Sequence[Find]:
    """Match a repository's folder, the folder of its blobs, and its notes of absent files."""
    if "--" in folder.name:
        kind = _kind(folder)
        if kind is None or not any(part in folder.folders for part in _PARTS):
            return ()
        none: frozenset[str] = frozenset()
        return (Find(NAME, kind, folder, none, rest=True, root=folder.path, unsure=_LINKS),)
    repo = folder.parent
    if folder.name not in ("blobs", _ABSENT) or repo is None:
        return ()
    kind = _kind(repo)
    if kind is None:
        return ()
    if folder.name == _ABSENT:
        # Empty files with the names of a model's files: they must not be taken for a model.
        return (Find(NAME, kind, folder, sealed=True, root=repo.path, unsure=_LINKS),)
    blobs = _BLOBS & {cell.shape for cell in folder.cells}
    return (Find(NAME, Kind.BLOB, folder, each=blobs),) if blobs else ()


def _kind(repo: Folder) -> Kind | None:
    hit = _REPO.fullmatch(repo.name)
    if hit is None:
        return None
    return Kind.MODEL if hit["type"] == "models" else Kind.DATASET
