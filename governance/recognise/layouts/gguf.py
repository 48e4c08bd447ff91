"""GGUF files of llama.cpp: each file, or each `-00001-of-0000N` set, is one model.

Source: docs/gguf.md of the ggml project; `SHARD_NAME_FORMAT` in its gguf-py package.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.formats.gguf import FIRST_READ, LONG_READ, HeaderGoesOn, NotGguf, parse_header
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable
from governance.recognise.sets import gaps_of_n

NAME = "gguf"
FILES = r".*\.gguf"
ROLES = ((r"\.gguf$", Role.WEIGHTS),)

_SHARD = re.compile(r"(?P<stem>.+)-\d{5}-of-(?P<of>\d{5})\.gguf")


def match(folder: Folder) -> Sequence[Find]:
    """Match every GGUF file of the folder."""
    if "gguf" not in folder.ends:
        return ()
    finds = []
    sets: dict[tuple[str, str], list[str]] = {}
    for name in folder.ending(".gguf"):
        hit = _SHARD.fullmatch(name)
        if hit is None:
            finds.append(_find(folder, folder.path + name, [name]))
        else:
            sets.setdefault((hit["stem"], hit["of"]), []).append(name)
    taken: set[str] = set()
    for (stem, of), names in sets.items():
        # Two sets of one stem are two models; the name of one must not be that of the other.
        root = f"{stem}-" if stem not in taken else f"{stem}-of-{of}"
        taken.add(stem)
        finds.append(_find(folder, folder.path + root, names))
    return finds


def _find(folder: Folder, root: str, names: list[str]) -> Find:
    missing = [name for name in gaps_of_n(names)]
    missing += [name for name in names if folder.files[name] == 0]
    # The last file of a set is the one that an interrupted copy cuts short.
    looks = [_Look(folder.path + one, folder.files[one]) for one in sorted({names[0], names[-1]})]

    def judge(contents: Contents) -> Judgement:
        return _all([look.judge(contents) for look in looks])

    return Find(
        NAME,
        Kind.MODEL,
        folder,
        frozenset(names),
        root=root,
        missing=tuple(folder.path + name for name in missing),
        reads=tuple(look.read for look in looks) if not missing else (),
        judge=judge if not missing else None,
    )


def _all(judgements: Sequence[Judgement]) -> Judgement:
    if len(judgements) == 1:
        return judgements[0]
    named = [named for one in judgements for named in one.named]
    unsure = next((one.unsure for one in judgements if one.unsure), None)
    if any(one.more for one in judgements):
        unsure = unsure or "a header is too long to be read with that of another file"
    return Judgement(named=named, unsure=unsure)


@dataclass(frozen=True)
class _Look:
    key: str
    size: int

    @property
    def read(self) -> Read:
        return Read(self.key, 0, min(self.size, FIRST_READ))

    def judge(self, contents: Contents) -> Judgement:
        """The tensor infos say how long the file must be."""
        try:
            header = parse_header(bytes_of(contents, self.key))
        except HeaderGoesOn as error:
            if len(bytes_of(contents, self.key)) >= min(self.size, LONG_READ):
                if self.size <= LONG_READ:
                    return Judgement(named=[Named(self.key, least=self.size + 1)])
                raise Unreadable(f"{self.key}: {error}") from error
            longer = Read(self.key, 0, min(self.size, LONG_READ))
            return Judgement(more=(longer,), then=self.judge)
        except NotGguf as error:
            raise Unreadable(f"{self.key}: {error}") from error
        return Judgement(named=[Named(self.key, least=header.size)])
