"""Which files are weights: the outermost layout first, what a find says before all."""

from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find, Layout
from governance.recognise.folder import Folder, Tree
from governance.recognise.resolve import Artifact
from governance.recognise.roles import Roles


class Named:
    FILES = ""

    def __init__(self, name: str, *rows: tuple[str, Role]) -> None:
        self.NAME, self.ROLES = name, rows

    def match(self, _: Folder) -> Sequence[Find]:
        return ()


OUTER = Named("outer", (r"^opt/", Role.OPTIMIZER))
INNER = Named("inner", (r"\.bin$", Role.WEIGHTS))
LAYOUTS: Sequence[Layout] = (OUTER, INNER)


def artifact(*finds: Find) -> Artifact:
    return Artifact("a/", "", Kind.CHECKPOINT, "outer", "", list(finds))


def test_the_outermost_layout_decides_whatever_the_order_of_parts() -> None:
    roles, folder = Roles(LAYOUTS), Tree().folder("a/")
    one = artifact(Find("inner", Kind.MODEL, folder), Find("outer", Kind.MODEL, folder))
    assert roles.of_parts(one, "a/opt/", "x.bin") is Role.OPTIMIZER
    assert roles.of_parts(one, "a/", "x.bin") is Role.WEIGHTS
    assert roles.of_parts(one, "a/", "x.txt") is Role.OTHER


def test_a_find_decides_for_its_own_folder_and_below() -> None:
    roles, tree = Roles(LAYOUTS), Tree()
    mixed = Find("inner", Kind.MODEL, tree.folder("a/b/"), roles=((r"\.bin$", Role.MIXED),))
    one = artifact(Find("outer", Kind.MODEL, tree.folder("a/")), mixed)
    assert roles.of_parts(one, "a/b/c/", "x.bin") is Role.MIXED
    assert roles.of_parts(one, "a/", "x.bin") is Role.WEIGHTS
    assert roles.of(mixed, "x.bin") is Role.MIXED


def test_numbers_in_folders_do_not_matter() -> None:
    deep = Named("deep", (r"^mp_rank_#_#/x\.bin$", Role.WEIGHTS))
    roles = Roles((deep,))
    one = artifact(Find("deep", Kind.MODEL, Tree().folder("a/")))
    assert roles.of_parts(one, "a/mp_rank_00_017/", "x.bin") is Role.WEIGHTS


def test_an_artifact_that_nothing_recognised_has_no_roles() -> None:
    assert Roles(LAYOUTS).of_parts(artifact(), "a/opt/", "x.bin") is Role.OTHER
