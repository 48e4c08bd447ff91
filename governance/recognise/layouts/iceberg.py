"""Apache Iceberg tables: whatever lies below a folder with table metadata is its engine's.

Source: the Iceberg table spec (`metadata/v<n>.metadata.json` or `<n>-<uuid>.metadata.json`,
`version-hint.text`).
"""

from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "iceberg"
FILES = r".*\.metadata\.json(?:\.gz)?|version-hint\.text"
ROLES: Sequence[tuple[str, Role]] = ()

OWNED = "its engine owns it: only its snapshots say which files are needed"


def match(folder: Folder) -> Sequence[Find]:
    """Match the folder of the table; it takes all below, and nothing inside is ever apart."""
    metadata = folder.folders.get("metadata")
    if metadata is None or not (
        "version-hint.text" in metadata.files
        or metadata.ending(".metadata.json")
        or metadata.ending(".metadata.json.gz")
    ):
        return ()
    return (Find(NAME, Kind.DATASET, folder, sealed=True, unsure=OWNED),)
