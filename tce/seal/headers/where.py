"""Which header store a text names: a folder, or ``bao://MOUNT``."""

from collections.abc import Callable
from pathlib import Path

from tce.keys.bao.client import Bao
from tce.seal.headers import folder
from tce.seal.headers.bao import BaoStore
from tce.seal.headers.errors import HeadersError
from tce.seal.headers.store import HeaderStore

_SCHEME = "bao://"


def store(text: str, bao: Callable[[], Bao], *, create: bool = False) -> HeaderStore:
    """Return the store that `text` names; `bao` connects where it is one of OpenBao.

    A folder that is none yet is made only where `create` says so: a name that was mistyped is an
    error for whoever wants to read.

    Raises:
        HeadersError: it names none; there is none.
        BaoError: OpenBao cannot be reached.
    """
    if not text.startswith(_SCHEME):
        return folder.create(Path(text)) if create else folder.FolderStore(Path(text))
    mount = text.removeprefix(_SCHEME).strip("/")
    segments = mount.split("/")
    if not mount or {"", ".", "..", "data", "keys", "metadata"} & set(segments):
        raise HeadersError(f"{text}: not a KV engine of OpenBao", "bao://MOUNT")
    return BaoStore(bao(), mount)
