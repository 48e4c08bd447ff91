"""Where sealed and opened files lie, by what people write: a folder, or a prefix of a bucket."""

from pathlib import Path

from governance.store.client import Store, location_of
from governance.store.objects import Objects
from governance.workspace.config import StoreConfig
from tce.seal.bucket import Bucket
from tce.seal.folder import Folder
from tce.seal.place import Place


def place(text: str, config: StoreConfig) -> Place:
    """Return the place that `text` names: ``s3://bucket/prefix`` or a folder.

    Raises:
        StoreError: not an S3 address, no such profile.
    """
    if not text.startswith("s3://"):
        return Folder(Path(text))
    location = location_of(text)
    prefix = location.prefix
    return Bucket(
        Objects(Store(config), location.bucket),
        prefix if not prefix or prefix.endswith("/") else prefix + "/",
    )
