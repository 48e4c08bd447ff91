"""Hugging Face datasets: saved to disk, prepared in a cache, or as a repository of the hub.

Sources: datasets `arrow_dataset.py` (`save_to_disk`: shards first, then `state.json` and
`dataset_info.json`), `dataset_dict.py` (`dataset_dict.json`), `builder.py` and `naming.py` (the
cache and its `.incomplete` folder), `arrow_dataset.py` (`push_to_hub`: `data/<split>-n-of-N`).
"""

import fnmatch
import re
from collections.abc import Callable, Sequence

from blueprints.yamlfile import InvalidFileError, load
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of, json_of, text_in
from governance.recognise.find import Contents, Find, Judgement, Named, only_in, own
from governance.recognise.folder import Folder
from governance.recognise.reading import MAX_READ, Read, Unreadable
from governance.recognise.sets import MAX_SET
from governance.recognise.tables import SHARD, gaps

NAME = "hf-datasets"
_INFO, _STATE, _DICT = "dataset_info.json", "state.json", "dataset_dict.json"
FILES = (
    rf"dataset_info\.json|state\.json|dataset_dict\.json|dataset_infos\.json|\.gitattributes"
    rf"|README\.md|{SHARD}\.(?:arrow|parquet)"
)
ROLES: Sequence[tuple[str, Role]] = ()

MAX_PATTERNS = 200
"""Patterns of a card that are held against the names, each against all."""

_ANY = re.compile(FILES)
_SAVED = re.compile(r"data-\d{5}-of-\d{5}\.arrow")
_CARD = "README.md"
_CARDS = (_CARD, ".gitattributes", "dataset_infos.json")
_HIDDEN = re.compile(r"\..*")
_SPLIT = re.compile(rf"{SHARD}\.parquet")
_UNFINISHED = ".incomplete"


def match(folder: Folder) -> Sequence[Find]:
    """Match any of the forms; what a folder above says of its splits comes from that folder."""
    if _DICT in folder.files:
        return (_dict(folder),)
    if "arrow" in folder.ends or _INFO in folder.files:
        if is_saved(folder):
            return _saved(folder) or _prepared(folder)
        return ()
    if "parquet" in folder.ends and is_hub_data(folder):
        return (_hub_data(folder),)
    return _hub(folder)


def is_saved(folder: Folder) -> bool:
    """Did this library write the folder's Arrow files?"""
    return _INFO in folder.files or folder.name.endswith(_UNFINISHED) or bool(_shards(folder))


def is_hub_data(folder: Folder) -> bool:
    """Is it the `data/` folder of a repository, whose card lies beside it?"""
    above = folder.parent
    if folder.name != "data" or above is None or not any(card in above.files for card in _CARDS):
        return False
    cells = [cell for cell in folder.cells if cell.shape.endswith(".parquet")]
    return all(cell.names and _SPLIT.fullmatch(cell.names[0]) for cell in cells)


def _shards(folder: Folder) -> list[str]:
    return [name for name in folder.ending(".arrow") if _SAVED.fullmatch(name)]


def _find(
    folder: Folder,
    missing: Sequence[str],
    read: str | None,
    judge: Callable[[Contents], Judgement],
    whole: bool | None = None,
    **more: str | None,
) -> Find:
    size = folder.files.get(read, 0) if read else 0
    reads = (Read(folder.path + str(read), 0, min(size, MAX_READ)),) if read else ()
    if whole is None:
        whole = not folder.nested
    return Find(
        NAME,
        Kind.DATASET,
        folder,
        None if whole else own(folder, _ANY),
        shapes=frozenset() if whole else _tables(folder),
        root=more.get("root") or folder.path,
        missing=tuple(folder.path + name for name in missing),
        why=more.get("why"),
        unsure=more.get("unsure"),
        reads=reads,
        judge=judge if read else None,
    )


def _tables(folder: Folder) -> frozenset[str]:
    cells = (cell for cell in folder.cells if cell.names is None)
    return frozenset(cell.shape for cell in cells if cell.shape.endswith((".arrow", ".parquet")))


def _dict(folder: Folder) -> Find:
    key = folder.path + _DICT

    def judge(contents: Contents) -> Judgement:
        splits = json_of(contents, key).get("splits")
        if not isinstance(splits, list) or not all(isinstance(one, str) for one in splits):
            raise Unreadable(f"{key} has no splits")
        files = [f"{folder.path}{one}/{name}" for one in splits for name in (_INFO, _STATE)]
        return Judgement(named=[Named(file) for file in files])

    splits = [sub for sub in folder.folders.values() if is_saved(sub)]
    names = re.compile("|".join(re.escape(sub.name) for sub in splits))
    return _find(folder, [], _DICT, judge, whole=only_in(folder, names))


def _saved(folder: Folder) -> Sequence[Find]:
    """`state.json` names the shards; inside of a dictionary of splits, their numbers must do."""
    shards = _shards(folder)
    if _STATE not in folder.files and not shards:
        return ()
    missing = [name for name in (_STATE, _INFO) if name not in folder.files]
    missing += gaps(shards)
    missing += [name for name in shards if folder.files[name] == 0]
    inside = folder.parent is not None and _DICT in folder.parent.files
    key = folder.path + _STATE

    def judge(contents: Contents) -> Judgement:
        files = json_of(contents, key).get("_data_files")
        if not isinstance(files, list):
            raise Unreadable(f"{key} names no data files")
        names = [text_in(one.get("filename")) if isinstance(one, dict) else None for one in files]
        return Judgement(named=[Named(folder.path + name) for name in names if name])

    read = _STATE if _STATE in folder.files and not (inside and shards) else None
    return (_find(folder, missing, read, judge),)


def _prepared(folder: Folder) -> Sequence[Find]:
    """A data set in the library's cache: `dataset_info.json` says how many shards a split has."""
    if not folder.ends & {"arrow", "parquet"}:
        return ()
    if _INFO not in folder.files or folder.name.endswith(_UNFINISHED):
        why = "preparing it was interrupted"
        return (_find(folder, [_INFO], None, lambda _: Judgement(), why=why),)
    key = folder.path + _INFO
    end = "arrow" if "arrow" in folder.ends else "parquet"

    def judge(contents: Contents) -> Judgement:
        info = json_of(contents, key)
        name, splits = text_in(info.get("dataset_name")), info.get("splits")
        if name is None or not isinstance(splits, dict):
            return Judgement(unsure=f"{key} does not say which files there should be")
        files = [
            file
            for split, one in splits.items()
            for file in _files(f"{name}-{split}", one if isinstance(one, dict) else {}, end)
        ]
        return Judgement(named=[Named(folder.path + file) for file in files])

    return (_find(folder, gaps(folder.ending(f"-of-#.{end}")), _INFO, judge),)


def _files(stem: str, split: dict[str, object], end: str) -> list[str]:
    lengths = split.get("shard_lengths")
    count = len(lengths) if isinstance(lengths, list) else 1
    if count <= 1 or count > MAX_SET:
        return [f"{stem}.{end}"]
    return [f"{stem}-{index:05d}-of-{count:05d}.{end}" for index in range(count)]


def _hub_data(folder: Folder) -> Find:
    names = folder.ending(".parquet")
    missing = [*gaps(names), *(name for name in names if folder.files[name] == 0)]
    above = folder.parent.path if folder.parent is not None else ""
    return _find(folder, missing, None, lambda _: Judgement(), root=above)


def _hub(folder: Folder) -> Sequence[Find]:
    """The repository around a `data/` folder: its card, and all of it where it is nothing else."""
    data = folder.folders.get("data")
    if data is None or not any(find.layout == NAME for find in data.finds):
        return ()
    if not any(card in folder.files for card in _CARDS):
        return ()
    alone = all(name == "data" or _HIDDEN.fullmatch(name) for name in folder.folders)
    key = folder.path + _CARD
    there = [f"data/{name}" for name in data.files]

    def judge(contents: Contents) -> Judgement:
        absent = [
            one for one in _patterns(bytes_of(contents, key)) if not fnmatch.filter(there, one)
        ]
        return Judgement(named=[Named(folder.path + one) for one in absent])

    return (_find(folder, [], _CARD if _CARD in folder.files else None, judge, whole=alone),)


def _patterns(card: bytes) -> list[str]:
    """The files under `data/` that the card's front matter promises, as patterns.

    None where it does not: a card is written by people.
    """
    parts = card.decode("utf-8", "replace").split("---\n", 2)
    if len(parts) < 3 or parts[0]:
        return []
    try:
        configs = load(parts[1], _CARD).data.get("configs")
    except InvalidFileError:
        return []
    configs = configs if isinstance(configs, list) else []
    files = [one.get("data_files") for one in configs if isinstance(one, dict)]
    rows = [row for one in files if isinstance(one, list) for row in one if isinstance(row, dict)]
    paths = [row.get("path") for row in rows]
    found = [one for one in paths if isinstance(one, str) and one.startswith("data/")]
    return found[:MAX_PATTERNS]
