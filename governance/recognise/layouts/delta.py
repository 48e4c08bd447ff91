"""Delta Lake tables: whatever lies below a folder with `_delta_log/` is its engine's.

Source: the Delta transaction log protocol (PROTOCOL.md): which files are live stands in the log.
"""

from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "delta"
FILES = ""
ROLES: Sequence[tuple[str, Role]] = ()

OWNED = "its engine owns it: only its log says which files are needed"


def match(folder: Folder) -> Sequence[Find]:
    """Match the folder of the table; it takes all below, and nothing inside is ever apart."""
    if "_delta_log" not in folder.folders:
        return ()
    return (Find(NAME, Kind.DATASET, folder, sealed=True, unsure=OWNED),)
