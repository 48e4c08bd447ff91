"""The folder tree: order, missing parents, what is looked up by shape."""

import re

from governance.recognise.folder import Tree
from tests.governance.recognise.cells import cell, unseen


def test_parents_are_made_and_come_first() -> None:
    tree = Tree()
    tree.add("a/b/c/", [cell("x")])
    tree.add("a.b/", [cell("y")])
    assert [folder.path for folder in tree] == ["", "a/", "a/b/", "a/b/c/", "a.b/"]
    assert [folder.path for folder in tree.folder("a/").below()] == ["a/b/", "a/b/c/"]
    assert tree.folder("a/b/c/").parent is tree.folder("a/b/")
    assert (tree.root.name, tree.folder("a/b/").name) == ("", "b")


def test_files_are_found_by_path_and_by_shape() -> None:
    tree = Tree()
    tree.add("a/b/", [cell("r1.pt", "r2.pt", size=7), unseen("*.jpg", 3)])
    folder = tree.folder("a/b/")
    assert tree.folder("a/").file("b/r1.pt") == 7
    assert tree.folder("a/").file("b/r3.pt") is None
    assert tree.folder("a/").file("c/r1.pt") is None
    assert folder.shaped(re.compile(r"r#\.pt")) == ["r1.pt", "r2.pt"]
    assert folder.ending(".jpg") == []
    assert folder.ends == {"pt", "jpg"}


def test_empty_components_are_folders_of_their_own() -> None:
    tree = Tree()
    tree.add("a//b/", [cell("x")])
    assert [folder.path for folder in tree] == ["", "a/", "a//", "a//b/"]
    assert tree.folder("a//").name == "a"
