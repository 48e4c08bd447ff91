"""Reads what people signed in a workspace, and the records of `tutela.track` that lie there."""

from datetime import datetime, timedelta
from pathlib import Path

from blueprints.formats.git.plain import read_plain
from governance.evidence.claim import Key, Relation
from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather
from governance.evidence.links.link import FOLDER, MAX_LINK, Filed, Link, paired
from governance.evidence.record import MAX_RECORD, BadRecordError, claims_of, read_record
from governance.evidence.source import Asked

RECORDS = "records"
MOST_FILES = 100_000
CLOCKS = timedelta(days=1)
"""How far the clock of the machine that wrote a record may be ahead."""


class LinksSource:
    """The workspace itself. There is no entry for it; `base` is the `.tutela` folder."""

    def __init__(self, entry: None, base: Path) -> None:
        self._folder = base
        self.name = "workspace"
        self.place = str(base)
        self.writers = f"whoever may write to {base}"

    def read(self, into: Gather, asked: Asked) -> None:
        """Claim what links and records say.

        One that cannot be understood may be about anything: it is a problem of everything.
        """
        for filed in read_links(self._folder, asked.now):
            if filed.problem is not None:
                into.problem(f"{FOLDER}/{filed.name}: {filed.problem}")
            if filed.link is not None and filed.released is None:
                if filed.link.at > asked.now + CLOCKS:
                    into.remark(f"{FOLDER}/{filed.name} is dated in the future")
                _claim(filed.link, f"{FOLDER}/{filed.name}", into)
        self._records(into, asked.now)

    def _records(self, into: Gather, now: datetime) -> None:
        for name, text in _files(self._folder / RECORDS, MAX_RECORD).items():
            at = f"{RECORDS}/{name}"
            try:
                if isinstance(text, str):
                    raise BadRecordError(text)
                record = read_record(text)
            except BadRecordError as error:
                into.problem(f"{at}: {error}")
                continue
            if record.at > now + CLOCKS:
                into.remark(f"{at} is dated in the future")
            claims_of(record, None, into, at=at)


def read_links(folder: Path, now: datetime) -> list[Filed]:
    """Return every link of a `.tutela` folder, released ones too, by name.

    Raises EvidenceError where the folder cannot be listed.
    """
    return paired(_files(folder / FOLDER, MAX_LINK), now)


def _files(folder: Path, most: int) -> dict[str, bytes | str]:
    """Return the JSON files of a folder: their content, or why there is none."""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.suffix == ".json")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise EvidenceError(f"cannot list {folder}: {error.strerror}", f"ls {folder}") from error
    if len(names) > MOST_FILES:
        raise EvidenceError(f"{folder} holds more than {MOST_FILES:,} files")
    # A file that is being written begins with a dot.
    return {name: _read(folder / name, most) for name in names if not name.startswith(".")}


def _read(file: Path, most: int) -> bytes | str:
    try:
        if file.is_symlink():
            return "it is a symbolic link, which is not followed"
        return read_plain(file, most)
    except OSError as error:
        return f"it cannot be read ({error.strerror or error})"


def _claim(link: Link, at: str, into: Gather) -> None:
    """Who signs that something is needed is a reason by itself; who only says where it came from
    is not."""
    signed = f"signed by {link.by}: {link.reason}"
    relation = Relation(link.as_)
    if link.to is not None:
        needed = relation is not Relation.MADE
        into.claim(
            relation,
            link.from_,
            link.to,
            f"link {signed}",
            root="lineage.link" if needed else None,
            root_name=link.id if needed else None,
            since=link.at,
            at=at,
        )
    for root, node, name in (
        ("doi", f"doi:{link.doi}", link.doi),
        ("lineage.link", f"release:{link.release}", link.release),
    ):
        if name is not None:
            called = "DOI" if root == "doi" else "release"
            into.claim(
                Relation.NAMES,
                node,
                link.from_,
                f"{called} {name}, {signed}",
                root=root,
                root_name=name,
                since=link.at,
                at=at,
            )
            into.note(node, Key.TYPE, text="release", at=at)
            into.note(node, Key.LABEL, text=f"{called} {name}", at=at)
            if link.licence is not None:
                into.note(node, Key.LICENCE, text=link.licence, at=at)
    if link.licence is not None:
        into.note(link.from_, Key.LICENCE, text=link.licence, at=at)
