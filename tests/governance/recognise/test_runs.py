"""Which folders are runs, and which files are of the run and not of a save."""

import pytest

from governance.artifact import Kind
from governance.recognise.find import Find
from governance.recognise.folder import Folder, Tree
from governance.recognise.runs import is_run_file, run_folders, run_of
from tests.governance.recognise.cells import cell


def tree(*paths: str) -> dict[str, Folder]:
    made = Tree()
    return {path: made.folder(path) for path in paths}


def test_a_folder_of_saves_is_a_run() -> None:
    folders = tree("r/", "r/checkpoint-1/")
    save = folders["r/checkpoint-1/"]
    save.finds.append(Find("x", Kind.CHECKPOINT, save))
    assert run_folders(list(folders.values())) == {"r/"}


def test_the_run_of_saves_in_a_folder_called_checkpoints_is_around_it() -> None:
    folders = tree("r/", "r/checkpoints/", "r/checkpoints/1/")
    save = folders["r/checkpoints/1/"]
    save.finds.append(Find("x", Kind.CHECKPOINT, save))
    assert run_folders(list(folders.values())) == {"r/", "r/checkpoints/"}
    assert run_of(folders["r/checkpoints/"]).path == "r/"
    assert run_of(folders["r/"]).path == "r/"


def test_a_model_or_a_dataset_makes_no_run() -> None:
    folders = tree("m/")
    folders["m/"].finds.append(Find("x", Kind.MODEL, folders["m/"]))
    assert run_folders(list(folders.values())) == set()


@pytest.mark.parametrize(
    "name",
    [
        *("latest", "latest_checkpointed_iteration.txt", "latest.txt", "zero_to_fp32.py"),
        *("latest-rank0.pt.symlink", "zero_to_torch.py", "latest_universal"),
    ],
)
def test_a_tracker_alone_makes_a_run(name: str) -> None:
    made = Tree()
    made.add("r/", [cell(name)])
    assert run_folders(list(made)) == {"r/"}
    assert is_run_file(name)


@pytest.mark.parametrize(
    "name", ["latest.zip", "checkpoint.pt", "model.safetensors", "data.log.gz"]
)
def test_other_files_are_not_of_the_run(name: str) -> None:
    assert not is_run_file(name)
