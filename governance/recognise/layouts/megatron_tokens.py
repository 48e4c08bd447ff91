"""Token files of Megatron-LM and NeMo: `<name>.bin` with its index `<name>.idx`.

Source: Megatron-LM `core/datasets/indexed_dataset.py` (the index is written last, by `finalize`)
and `tools/preprocess_data.py` (`<prefix>_<key>_document` or `_sentence`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.formats.megatron_index import HEADER, Index, NotIndex, parse_header
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable

NAME = "megatron-tokens"
# Numbered `.bin` files of other programs come by the million; tokens have words for names.
FILES = r".*\.idx|.*[A-Za-z].*\.bin"
ROLES: Sequence[tuple[str, Role]] = ()

_OURS = ("_document", "_sentence")
"""How names end that only Megatron's preprocessing gives."""


def match(folder: Folder) -> Sequence[Find]:
    """Match each pair, and half a pair where its name says what it is."""
    if not folder.ends & {"idx", "bin"}:
        return ()
    indexes = {name[:-4] for name in folder.ending(".idx")}
    tokens = {name[:-4] for name in folder.ending(".bin")}
    alone = (stem for stem in indexes ^ tokens if stem.endswith(_OURS))
    return [_find(folder, stem) for stem in sorted({*(indexes & tokens), *alone})]


def _find(folder: Folder, stem: str) -> Find:
    names = (f"{stem}.idx", f"{stem}.bin")
    there = frozenset(name for name in names if name in folder.files)
    missing = [name for name in names if not folder.files.get(name)]
    look = _Index(folder.path + stem, folder.files.get(names[0], 0))
    why = "the index is written last" if missing == [names[0]] else None
    return Find(
        NAME,
        Kind.DATASET,
        folder,
        there,
        root=folder.path + stem,
        missing=tuple(folder.path + name for name in missing),
        why=why,
        reads=() if missing else (look.read,),
        judge=None if missing else look.judge,
    )


@dataclass(frozen=True)
class _Index:
    stem: str
    size: int

    @property
    def key(self) -> str:
        return f"{self.stem}.idx"

    @property
    def read(self) -> Read:
        return Read(self.key, 0, min(self.size, HEADER))

    def judge(self, contents: Contents) -> Judgement:
        """The header says how long the index must be, and where the size of the tokens stands."""
        try:
            index = parse_header(bytes_of(contents, self.key))
        except NotIndex as error:
            raise Unreadable(f"{self.key}: {error}") from error
        plain, with_modes = index.sizes()
        if self.size not in (plain, with_modes):
            return Judgement(named=[Named(self.key, exact=plain)])
        start, length = index.next_read()
        return Judgement(
            more=(Read(self.key, start, length),), then=lambda more: self._tokens(more, index)
        )

    def _tokens(self, contents: Contents, index: Index) -> Judgement:
        try:
            size, exact = index.tokens(bytes_of(contents, self.key))
        except NotIndex as error:
            raise Unreadable(f"{self.key}: {error}") from error
        key = f"{self.stem}.bin"
        return Judgement(named=[Named(key, least=max(size, 1), exact=size if exact else None)])
