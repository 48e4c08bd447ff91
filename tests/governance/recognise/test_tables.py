"""Numbered table files, and which folder a partition belongs to."""

from governance.recognise.folder import Cell, Tree
from governance.recognise.tables import find_tables, gaps


def test_numbers_count_from_zero() -> None:
    assert gaps(["x-00001-of-00002.parquet"]) == ["x-00000-of-00002.parquet"]


def test_a_fingerprint_of_a_shard_does_not_make_it_a_set_of_its_own() -> None:
    names = [f"x-0000{n}-of-00003-{n:016x}.parquet" for n in (0, 2)]
    assert gaps(names) == ["x-00001-of-00003-*.parquet"]


def test_the_highest_partition_decides() -> None:
    tree = Tree()
    tree.add("a/k=1/b/l=2/m=3/", [(Cell("*.parquet", 2, 9, None), ())])
    (find,) = find_tables("toy", ("parquet",), tree.folder("a/k=1/b/l=2/m=3/"))
    assert find.root == "a/k=1/b/"
    assert find.whole


def test_tables_that_are_the_lesser_part_of_a_folder_do_not_take_it() -> None:
    tree = Tree()
    tree.add("a/", [(Cell("*.parquet", 2, 9, None), ()), (Cell("*.png", 3, 9, None), ())])
    (find,) = find_tables("toy", ("parquet",), tree.folder("a/"))
    assert (find.whole, find.shapes) == (False, frozenset({"*.parquet"}))
