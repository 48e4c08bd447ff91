"""Meta's own form of Llama models: `consolidated.<rank>.pth` and `params.json`.

Source: meta-llama/llama `llama/generation.py` (one file per model-parallel rank) and its download
script (`checklist.chk`: an MD5 and a name a line). Mistral's first models came in it, too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named, own
from governance.recognise.folder import Folder
from governance.recognise.reading import Read
from governance.recognise.sets import gaps_from_zero
from governance.recognise.torch_look import TorchLook

NAME = "meta"
_RANK = r"consolidated\.(\d{2})\.pth"
FILES = r"consolidated\.\d{2}\.pth|params\.json|checklist\.chk|tokenizer\.model"
ROLES = ((r"(^|/)consolidated\.#\.pth$", Role.WEIGHTS),)

_FILES = re.compile(FILES)
_SHAPE = re.compile(r"consolidated\.#\.pth")
_LINE = re.compile(r"[0-9a-f]{32} [ *](?P<name>[^/]+)")
_MAX_LIST = 64 * 1024


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with such weights."""
    if "pth" not in folder.ends:
        return ()
    ranks = folder.shaped(_SHAPE)
    if not ranks:
        return ()
    missing = gaps_from_zero(ranks, _RANK)
    missing += [name for name in ranks if not folder.files[name]]
    if "params.json" not in folder.files:
        missing.append("params.json")
    size = folder.files.get("checklist.chk", 0)
    listed = _List(folder.path) if 0 < size <= _MAX_LIST else None
    last = TorchLook(folder.path + ranks[-1], folder.files[ranks[-1]])
    reads: tuple[Read, ...] = (Read(listed.key, 0, size),) if listed else last.reads
    return (
        Find(
            NAME,
            Kind.MODEL,
            folder,
            own(folder, _FILES),
            root=folder.path,
            missing=tuple(folder.path + name for name in missing),
            unsure=None if listed or missing else "nothing says how many ranks there should be",
            reads=() if missing else reads,
            judge=None if missing else listed.judge if listed else last.judge,
        ),
    )


@dataclass(frozen=True)
class _List:
    path: str

    @property
    def key(self) -> str:
        return f"{self.path}checklist.chk"

    def judge(self, contents: Contents) -> Judgement:
        """Every file of the list must be there."""
        lines = bytes_of(contents, self.key).decode("utf-8", "replace").splitlines()
        hits = [_LINE.fullmatch(line.rstrip()) for line in lines]
        names = [hit["name"] for hit in hits if hit is not None]
        if not any(name.endswith(".pth") for name in names):
            return Judgement(unsure=f"{self.key} lists no weights")
        return Judgement(named=[Named(self.path + name) for name in names])
