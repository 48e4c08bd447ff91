"""What a find takes, and how a folder is told from one that has saves below it."""

import re

from governance.artifact import Kind
from governance.recognise.find import Find, holds_saves, only_in, own
from governance.recognise.folder import Folder, Tree
from tests.governance.recognise.cells import cell

PARTS = re.compile("part")


def folder_with(name: str, kind: Kind) -> Folder:
    """`a/` with one find two levels below, in a folder of this name."""
    tree = Tree()
    tree.add("a/", [cell("x.bin"), cell("y.txt")])
    inner = tree.folder(f"a/{name}/z/")
    inner.finds.append(Find("t", kind, inner))
    for folder in (tree.folder("a/"), tree.folder(f"a/{name}/")):
        folder.nested += 1
    return tree.folder("a/")


def test_a_find_takes_its_whole_folder_unless_it_names_files() -> None:
    folder = Tree().folder("a/")
    assert Find("t", Kind.MODEL, folder).whole
    assert Find("t", Kind.MODEL, folder).place == "a/"
    assert not Find("t", Kind.MODEL, folder, frozenset()).whole
    assert not Find("t", Kind.BLOB, folder, each=frozenset({"*"})).whole
    assert Find("t", Kind.MODEL, folder, frozenset({"x"}), root="a/x").place == "a/x"


def test_beside_other_artifacts_only_its_own_files_are_taken() -> None:
    assert own(folder_with("b", Kind.MODEL), re.compile(r".*\.bin")) == frozenset({"x.bin"})
    assert own(Tree().folder("a/"), re.compile(".*")) is None


def test_finds_in_parts_of_the_save_are_not_beside_it() -> None:
    assert only_in(folder_with("part", Kind.CHECKPOINT), PARTS)
    assert not only_in(folder_with("b", Kind.ADAPTER), PARTS)
    assert only_in(Tree().folder("a/"), PARTS)


def test_only_a_save_outside_of_the_parts_is_another_save() -> None:
    assert holds_saves(folder_with("b", Kind.CHECKPOINT), PARTS)
    assert not holds_saves(folder_with("b", Kind.ADAPTER), PARTS)
    assert not holds_saves(folder_with("part", Kind.CHECKPOINT), PARTS)
