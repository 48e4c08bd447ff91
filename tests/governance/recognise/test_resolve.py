"""Who owns which file when several layouts want it."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from governance.artifact import Kind
from governance.recognise.find import Find, Layout, own
from governance.recognise.folder import Cell, Folder, Tree
from governance.recognise.reading import Read
from governance.recognise.resolve import Artifact, resolve
from governance.recognise.roles import Roles
from tests.governance.recognise.trees import recognise_rows, row


def test_parts_of_one_save_are_one_artifact_named_by_the_outermost_layout(tmp_path: Path) -> None:
    save = "a/checkpoint-5/"
    names = ["trainer_state.json", "adapter_config.json", "adapter_model.safetensors"]
    found = recognise_rows([row(save + name, 3) for name in names], tmp_path)
    assert [one["root"] for one in found.artifacts] == [save]
    assert found.at(save)["layout"] == "hf-trainer"
    assert set(found.at(save)["parts"]) == {"hf-trainer", "peft"}


def test_a_final_model_beside_saves_takes_only_its_own_files(tmp_path: Path) -> None:
    keys = ["a/config.json", "a/model.safetensors", "a/training_args.bin", "a/odd.xyz"]
    keys += ["a/checkpoint-5/trainer_state.json", "a/runs/events.out.tfevents.1"]
    found = recognise_rows([row(key, 3) for key in keys], tmp_path)
    assert found.at("a/")["kind"] == "model"
    assert found.at("a/")["rows"] == 3
    assert found.at("a/", "run")["rows"] == 1
    assert found.at("a/", "rest")["rows"] == 1
    assert {one["run"] for one in found.artifacts} == {"a/"}


def test_saves_in_a_checkpoints_folder_belong_to_the_run_around_it(tmp_path: Path) -> None:
    keys = ["a/checkpoints/checkpoint-5/trainer_state.json", "a/train.log"]
    found = recognise_rows([row(key, 3) for key in keys], tmp_path)
    assert found.at("a/checkpoints/checkpoint-5/")["run"] == "a/"
    assert found.at("a/", "run")["kind"] == "run"


def test_a_file_of_an_unknown_name_beside_saves_stays_unknown(tmp_path: Path) -> None:
    keys = ["a/checkpoint-5/trainer_state.json", "a/thesis.docx"]
    found = recognise_rows([row(key, 3) for key in keys], tmp_path)
    assert found.at("a/", "rest")["kind"] == "unknown"


def test_folders_a_thousand_deep_are_no_problem(tmp_path: Path) -> None:
    found = recognise_rows([row("d/" * 500 + "x.txt", 1), row("y.txt", 1)], tmp_path)
    assert found.at("d/", "rest")["rows"] == 1


class Toy:
    """A layout that finds what a test tells it to."""

    NAME = "toy"
    FILES = r"own\.txt"
    ROLES = ()

    def __init__(self, find: Callable[[Folder], Find | None]) -> None:
        self.find = find

    def match(self, folder: Folder) -> Sequence[Find]:
        found = self.find(folder)
        return () if found is None else (found,)


def resolved(keys: Sequence[str], *known: Layout) -> dict[tuple[str, str], Artifact]:
    tree = Tree()
    for key in keys:
        path, _, name = key.rpartition("/")
        names = (name,) if name == "own.txt" else None
        tree.add(f"{path}/", [(Cell(name, 1, 1, names), (1,) if names else ())])
    found = resolve(tree, known, "", Roles(known))
    rows = [(path, index) for path, _, index, _, _ in found.shapes]
    rows += [(path, index) for path, _, index, _ in found.names]
    used = {index for _, index in rows}
    return {(a.root, a.slot): a for i, a in enumerate(found.artifacts) if i in used}


def test_finds_of_two_folders_with_one_root_are_one_artifact() -> None:
    layout = Toy(
        lambda f: Find("toy", Kind.DATASET, f, root="d/") if f.name.startswith("k=") else None
    )
    found = resolved(["d/k=1/x", "d/k=2/y", "d/other/z"], layout)
    assert sorted(found) == [("d/", ""), ("d/other/", "rest")]
    assert len(found["d/", ""].finds) == 2


def test_what_nothing_else_claims_goes_to_a_find_that_takes_the_rest() -> None:
    def find(f: Folder) -> Find | None:
        if f.name == "inner":
            return Find("toy", Kind.MODEL, f)
        return Find("toy", Kind.RUN, f, frozenset(), rest=True) if f.path == "d/" else None

    found = resolved(["d/x", "d/plots/a/y", "d/inner/z", "e/z"], Toy(find))
    assert sorted(found) == [("d/", "run"), ("d/inner/", ""), ("e/", "rest")]
    assert found["d/inner/", ""].run == "d/"


def test_a_find_may_take_unseen_names_by_their_shape() -> None:
    def find(f: Folder) -> Find | None:
        shapes = frozenset({"x", "own.txt"})
        return Find("toy", Kind.DATASET, f, frozenset(), shapes=shapes) if f.path == "d/" else None

    found = resolved(["d/x", "d/y", "d/own.txt"], Toy(find))
    assert sorted(found) == [("d/", ""), ("d/", "rest")]


def test_nothing_below_a_sealed_find_is_a_part_of_it() -> None:
    def find(f: Folder) -> Find | None:
        return Find("toy", Kind.DATASET, f, sealed=f.path == "d/") if f.path else None

    found = resolved(["d/a/x", "d/b/y"], Toy(find))
    assert sorted(found) == [("d/", "")]
    assert len(found["d/", ""].finds) == 1


def test_a_find_whose_reads_are_enough_leaves_its_parts_unread() -> None:
    def find(f: Folder) -> Find | None:
        reads = (Read(f.path, 0, 1),)
        return Find("toy", Kind.MODEL, f, reads=reads, alone=f.path == "d/") if f.path else None

    (outer, inner) = resolved(["d/a/x", "d/y"], Toy(find))["d/", ""].finds
    assert (len(outer.reads), len(inner.reads)) == (1, 0)


def test_debris_below_does_not_take_a_folder_away_from_its_artifact() -> None:
    def find(f: Folder) -> Find | None:
        if f.name == "tmp":
            return Find("toy", Kind.DEBRIS, f, frozenset({"own.txt"}), root=f"{f.path}own.txt")
        return Find("toy", Kind.MODEL, f, own(f, re.compile("own"))) if f.path == "d/" else None

    found = resolved(["d/x", "d/tmp/own.txt", "e/tmp/own.txt", "e/y"], Toy(find))
    assert sorted(found) == [("d/", ""), ("e/", "rest"), ("e/tmp/own.txt", "")]


def test_the_blobs_of_one_store_share_it_whatever_folder_they_are_spread_into(
    tmp_path: Path,
) -> None:
    digest = "0123456789abcdef0123456789abcd"
    keys = [f"team/dvc/files/md5/{two}/{digest}" for two in ("00", "ff")]
    found = recognise_rows([row(key, 3) for key in keys], tmp_path)
    assert [(one["kind"], one["run"]) for one in found.artifacts] == [("blob", "team/dvc/")] * 2
