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


def _size(lister: Lister, upload: Upload, on_missing: Callable[[str], None]) -> int:
    try:
        return lister.parts(upload)
    except NotFoundError:
        # Some stores say so of one without parts; else it was ended a moment ago.
        return 0
    except AccessDeniedError as error:
        on_missing(error.right)
        return 0
    except UnsupportedError:
        on_missing("")
        return 0


def _rows(uploads: Sequence[Upload], sizes: Sequence[int]) -> pa.RecordBatch:
    return rows_of(
        key=[upload.key for upload in uploads],
        version_id=[upload.id for upload in uploads],
        is_latest=[False] * len(uploads),
        entry=[str(Entry.UPLOAD)] * len(uploads),
        size=sizes,
        modified=[upload.started for upload in uploads],
        etag=[None] * len(uploads),
        storage_class=[upload.storage_class for upload in uploads],
        owner=[upload.owner for upload in uploads],
    )
