"""Folders of Parquet files, among them Hive partitions `key=value/`.

Sources: Spark's and pyarrow's partition folders, `_SUCCESS` and `_temporary` of Hadoop's committer.
"""

from collections.abc import Sequence

from governance.artifact import Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.layouts import hf_datasets
from governance.recognise.tables import SHARD, SIDE, find_tables

NAME = "parquet-dataset"
FILES = rf"{SHARD}\.parquet|{SIDE}"
ROLES: Sequence[tuple[str, Role]] = ()


def match(folder: Folder) -> Sequence[Find]:
    """Match a folder with Parquet files, or the folder above its partitions."""
    if "parquet" in folder.ends and hf_datasets.is_hub_data(folder):
        return ()
    return find_tables(NAME, ("parquet",), folder)
