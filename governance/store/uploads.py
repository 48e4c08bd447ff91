"""Unfinished multipart uploads as rows: they take space that no object shows."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from governance.artifact import Entry
from governance.store.errors import AccessDeniedError, NotFoundError, UnsupportedError
from governance.store.pages import Lister, Upload, rows_of

WORKERS = 8


def upload_rows(
    lister: Lister, prefix: str, on_missing: Callable[[str], None]
) -> Iterator[pa.RecordBatch]:
    """Yield one row per upload; its size is that of its parts, its version id the upload's id.

    `on_missing` is called with the right, where parts may not be listed: their sizes are then 0.

    Raises:
        StoreError: uploads cannot be listed, or not to their end.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        for page in lister.uploads(prefix):
            ours = [upload for upload in page if upload.key.startswith(prefix)]
            sizes = list(pool.map(lambda upload: _size(lister, upload, on_missing), ours))
            yield _rows(ours, sizes)


def _size(lister: Lister, upload: Upload, on_missing: Callable[[str], None]) -> int | None:
    """Bytes of an upload's parts; None where it was completed or aborted a moment ago."""
    try:
        return lister.parts(upload)
    except NotFoundError:
        return None
    except AccessDeniedError as error:
        on_missing(error.right)
        return 0
    except UnsupportedError:
        on_missing("")
        return 0


def _rows(uploads: Sequence[Upload], sizes: Sequence[int | None]) -> pa.RecordBatch:
    kept = [(upload, size) for upload, size in zip(uploads, sizes, strict=True) if size is not None]
    return rows_of(
        key=[upload.key for upload, _ in kept],
        version_id=[upload.id for upload, _ in kept],
        is_latest=[False] * len(kept),
        entry=[str(Entry.UPLOAD)] * len(kept),
        size=[size for _, size in kept],
        modified=[upload.started for upload, _ in kept],
        etag=[None] * len(kept),
        storage_class=[upload.storage_class for upload, _ in kept],
        owner=[upload.owner for upload, _ in kept],
    )
