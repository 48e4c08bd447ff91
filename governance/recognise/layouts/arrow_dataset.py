"""Folders of Arrow IPC files that Hugging Face datasets did not write.

Source: pyarrow's `dataset.write_dataset` (`.arrow`, `.feather`, Hive partitions).
"""

from collections.abc import Sequence

from governance.artifact import Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.layouts import hf_datasets
from governance.recognise.tables import SHARD, SIDE, find_tables

NAME = "arrow-dataset"
FILES = rf"{SHARD}\.(?:arrow|feather)|{SIDE}"
ROLES: Sequence[tuple[str, Role]] = ()


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with Arrow files, or the folder above its partitions."""
    if "arrow" in folder.ends and hf_datasets.is_saved(folder):
        return ()
    return find_tables(NAME, ("arrow", "feather"), folder)
