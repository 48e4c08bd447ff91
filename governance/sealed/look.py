"""Reads manifests of what was listed: beside sealed objects, and in folders of header stores."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from governance.recognise.reading import Reader, Unreadable
from governance.sealed.headers import HeaderFolderError, kept
from governance.sealed.manifest import SUFFIX, Manifest
from governance.sealed.told import MANIFEST, Listed, NoManifestError, Told, artifacts, manifest_of

LARGEST = 4 << 20
"""Bytes of a manifest that is read; 10,000 names of what something was made from fit."""
THREADS = 16
_BATCH = 500


@dataclass(frozen=True)
class Doubt:
    """Why it is not known what some sealed files are."""

    within: str
    """Folder or key; empty: all of the listing."""
    words: str


@dataclass(frozen=True)
class Looked:
    """What the manifests of one listing say."""

    told: tuple[Told, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def look(
    listed: Path,
    base_uri: str,
    read: Reader,
    headers: Sequence[Path],
    progress: Callable[[str], None],
) -> Looked:
    """Return what is known of sealed objects among the rows of `listed`.

    `base_uri` is what a key is appended to; `headers` are folders of header stores. Raises nothing
    for what lies in a bucket or a folder: what cannot be understood is a doubt.
    """
    with duckdb.connect() as database:
        database.read_parquet(str(listed)).create_view("listed")
        database.execute(
            "CREATE VIEW live AS SELECT key, coalesce(linked, size) AS size FROM listed"
            " WHERE is_latest AND entry = 'version'"
        )
        looking = _Looking(database, read, progress)
        looking.attached()
        for folder in headers:
            looking.detached(folder, base_uri)
    return Looked(tuple(artifacts(looking.files)), tuple(looking.doubts))


class _Looking:
    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        read: Reader,
        progress: Callable[[str], None],
    ) -> None:
        self._database = database
        self._read = read
        self._progress = progress
        self.files: list[Listed] = []
        self.doubts: list[Doubt] = []

    def attached(self) -> None:
        """Look at manifests that lie beside what they speak of."""
        rows = self._database.execute(
            """
            SELECT manifest.key, manifest.size, body.key, body.size
            FROM live AS manifest JOIN live AS body
              ON body.key = left(manifest.key, length(manifest.key) - $cut)
            WHERE ends_with(manifest.key, $ending) ORDER BY manifest.key
            """,
            {"cut": len(SUFFIX), "ending": MANIFEST},
        ).fetchall()
        with ThreadPoolExecutor(THREADS) as pool:
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                texts = pool.map(lambda row: self._text(row[0], row[1]), batch)
                for (key, _, body, size), text in zip(batch, texts, strict=True):
                    self._take(body, size, text, beside=key)
                self._progress(f"reading manifests: {start + len(batch):,} of {len(rows):,}")

    def detached(self, folder: Path, base_uri: str) -> None:
        """Look at the manifests of a header store whose bodies lie here."""
        found: dict[str, Manifest] = {}
        try:
            for record in kept(folder):
                manifest = None if record.manifest is None else manifest_of(record.manifest)
                if manifest is None:
                    self._doubt("", f"{record.file}: not a header's record")
                elif manifest.place is not None and manifest.place.startswith(base_uri):
                    found[manifest.place.removeprefix(base_uri)] = manifest
        except (HeaderFolderError, NoManifestError) as error:
            self._doubt("", str(error))
        for key, size in self._there(list(found)):
            self._compare(key, size, found[key], beside=None)

    def _there(self, keys: Sequence[str]) -> Iterator[tuple[str, int]]:
        self._database.register("asked", pa.table({"key": pa.array(keys, pa.string())}))
        query = "SELECT key, size FROM live JOIN asked USING (key) ORDER BY key"
        rows = self._database.execute(query).fetchall()
        self._database.unregister("asked")
        yield from rows

    def _text(self, key: str, size: int) -> bytes | Unreadable:
        if size > LARGEST:
            return Unreadable(f"{size} bytes, and {LARGEST} is the most that is read")
        try:
            return self._read.read(key, 0, size)
        except Unreadable as reason:
            return reason

    def _take(self, body: str, size: int, text: bytes | Unreadable, beside: str) -> None:
        try:
            if isinstance(text, Unreadable):
                raise NoManifestError(str(text))
            manifest = manifest_of(text)
        except NoManifestError as error:
            self._doubt(body, f"manifest {beside}: {error}")
            return
        self._compare(body, size, manifest, beside)

    def _compare(self, key: str, size: int, manifest: Manifest, beside: str | None) -> None:
        wanted = manifest.body.size + (manifest.header.size if beside else 0)
        if size != wanted:
            words = f"{key} has {size} bytes, and its manifest speaks of {wanted}"
            self._doubt(key, words)
        elif manifest.content is not None:
            around = (beside,) if beside else ()
            self.files.append(Listed(key, around, manifest.content, detached=beside is None))

    def _doubt(self, within: str, words: str) -> None:
        self.doubts.append(Doubt(within, words))
