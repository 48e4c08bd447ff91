from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.gather import Gather
from governance.evidence.store.listing import Listing
from governance.evidence.store.names import MAX_NAME, Name, around, is_name, nodes_of
from governance.evidence.store.scanned import Scanned
from governance.recognise.engine import Place
from tests.governance.evidence.store.trees import BASE, NOON
from tests.governance.recognise.trees import recognise_files

MODELS = {
    f"{path}/model.safetensors": b"x"
    for path in ("team/models/llama", "team/base", "other/models/llama", "team/adapters/a")
}


def resolve(tmp: Path, *texts: str, beside: str = "team/adapters/a/") -> list[set[str]]:
    recognise_files(MODELS, tmp)
    out = tmp / "evidence"
    out.mkdir()
    with closing(Listing(tmp / "out", tmp / "spill")) as listing, Gather(out) as into:
        scanned = Scanned(Place("store", "bucket", BASE), BASE, NOON, listing, into)
        names = [Name(text, around(beside)) for text in texts]
        return [{node.removeprefix(BASE) for node in nodes} for nodes in nodes_of(names, scanned)]


def test_a_name_is_looked_for_from_every_folder_that_it_can_start_from(tmp_path: Path) -> None:
    assert resolve(
        tmp_path,
        "../../base",
        "base",
        "team/base/",
        "./nothing",
        "meta-llama/Llama-3.1-8B",
        "hf://meta-llama/Llama-3.1-8B",
        "https://huggingface.co/meta-llama/Llama-3.1-8B",
        "s3://elsewhere/x/",
        "s3a://bucket/team/base",
    ) == [
        {"team/base/"},
        {"team/base/", "hub:base"},
        {"team/base/", "hub:team/base"},
        {"hub:nothing"},
        *[{"hub:meta-llama/Llama-3.1-8B"}] * 3,
        {"s3://elsewhere/x/"},
        {"team/base"},
    ]


def test_a_path_of_another_machine_means_its_copies_here(tmp_path: Path) -> None:
    [absolute, relative] = resolve(
        tmp_path, "/scratch/me/models/llama", "../../../../else/models/llama"
    )
    copies = {"team/models/llama/", "other/models/llama/"}
    assert absolute == copies | {"file:///scratch/me/models/llama"}
    assert relative == copies


def test_the_name_of_a_step_is_no_name_of_a_model(tmp_path: Path) -> None:
    # Every run has a checkpoint-500.
    assert resolve(tmp_path, "outputs/checkpoint-500", "../checkpoint-500") == [set(), set()]


@pytest.mark.parametrize(
    "text", ["", " ", "a\nb", "x" * (MAX_NAME + 1), "\ud800/x", "../../../..", "/"]
)
def test_what_is_no_name_means_nothing(text: str, tmp_path: Path) -> None:
    assert resolve(tmp_path, text) == [set()]


@given(st.text(max_size=20))
def test_only_texts_that_a_key_can_be_are_names(text: str) -> None:
    if is_name(text):
        text.encode()


def test_folders_around_a_folder_end_at_the_top() -> None:
    assert around("a/b/") == ("a/b/", "a/", "")
    assert around("") == ("",)
