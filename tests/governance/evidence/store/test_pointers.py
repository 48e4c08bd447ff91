"""Pointers of real trainers, and texts that only look like one."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.store.fetch import Found
from governance.evidence.store.listing import File
from governance.evidence.store.pointers import LIMIT, BadPointer, named, parse_pointer
from governance.recognise.reading import Unreadable
from tests.governance.evidence.store.trees import BASE, read_case, read_files

MEGATRON = "latest_checkpointed_iteration.txt"


@pytest.mark.parametrize(
    ("case", "pointer", "save", "newer"),
    [
        ("deepspeed-zero3", "runs/zero3/latest", "runs/zero3/global_step2/", 2),
        ("deepspeed-pipeline", "runs/pipe/latest", "runs/pipe/global_step10/", 10),
        ("megatron-core", f"pretrain/megatron/{MEGATRON}", "pretrain/megatron/iter_0000200/", 200),
        ("megatron-legacy", f"pretrain/legacy/{MEGATRON}", "pretrain/legacy/iter_0002000/", 2000),
        ("megatron-legacy-grid", f"converted/llama/{MEGATRON}", "converted/llama/release/", 0),
        ("nanotron", "checkpoints/smol/latest.txt", "checkpoints/smol/500/", 500),
        (
            "composer",
            "gpt-125m/checkpoints/latest-rank0.pt.symlink",
            "gpt-125m/checkpoints/ep0-ba20-rank0.pt",
            20,
        ),
        (
            "composer",
            "gpt-7b/checkpoints/latest-rank0.pt.symlink",
            "gpt-7b/checkpoints/ep0-ba30/",
            30,
        ),
        ("tf-checkpoint", "runs/tf/checkpoint", "runs/tf/ckpt-3", 3),
        # Made of one save, and not moved with the next.
        (
            "deepspeed-universal",
            "runs/universal/latest_universal",
            "runs/universal/global_step2_universal/",
            None,
        ),
    ],
)
def test_a_trainers_pointer_names_its_save_and_no_newer_one_may_go(
    case: str, pointer: str, save: str, newer: int | None, tmp_path: Path
) -> None:
    said = read_case(case, tmp_path)
    assert (pointer, save.rstrip("/")) in said.edges("names", "trainer.latest")
    folder = pointer[: pointer.rfind("/")]
    assert {step for where, step in said.newer() if where == folder} == (
        set() if newer is None else {newer}
    )
    assert said.reading.complete
    assert said.reading.remarks == ()


def test_a_pointer_inside_of_a_save_protects_nothing(tmp_path: Path) -> None:
    said = read_case("trainer-deepspeed", tmp_path)
    assert not any(holder.endswith("/latest") for holder, _ in said.edges("names"))
    assert said.newer() == set()


SAVE = {"runs/a/global_step5/mp_rank_00_model_states.pt": b"x"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is not text"),
        (b"a\nb", "does not hold the name of a save"),
        (b"../../other/global_step5", "leads out of its run with `..`"),
        (b"x" * 1025, "does not hold the name of a save"),
        (b"x" * (LIMIT + 1), f"is longer than {LIMIT} bytes"),
        (b"/", "does not hold the name of a save"),
    ],
)
def test_a_pointer_that_cannot_be_understood_keeps_its_run(
    text: bytes, why: str, tmp_path: Path
) -> None:
    said = read_files({**SAVE, "runs/a/latest": text, "runs/b/latest": b"global_step1"}, tmp_path)
    assert said.problems == [(f"pointer runs/a/latest: {why}", "runs/a/")]
    assert not said.reading.complete
    # The rest is read all the same.
    assert ("runs/b/latest", "runs/b/global_step1") in said.edges("names", "trainer.latest")


def test_without_contents_every_pointer_keeps_its_run(tmp_path: Path) -> None:
    files = {**SAVE, "runs/a/latest": b"global_step5", f"runs/b/{MEGATRON}": b"7"}
    said = read_files(files, tmp_path, listing=True)
    assert {within for _, within in said.problems} == {"runs/a/", "runs/b/"}


def test_a_pointer_to_nothing_is_claimed_and_remarked_on(tmp_path: Path) -> None:
    said = read_files({**SAVE, "runs/a/latest": b"global_step6"}, tmp_path)
    assert said.reading.complete
    assert said.reading.remarks == ("runs/a/latest names runs/a/global_step6, which is not there",)
    assert said.newer() == {("runs/a", 6)}


@pytest.mark.parametrize(
    "text",
    [
        "/scratch/old/machine/a/global_step5",
        "s3://elsewhere/a/global_step5",
        "a/global_step5",
        "./global_step5/",
        f"{BASE}runs/a/global_step5",
        "runs/a/global_step5",
    ],
)
def test_a_path_of_another_machine_counts_by_its_last_part(text: str, tmp_path: Path) -> None:
    said = read_files({**SAVE, "runs/a/latest": text.encode()}, tmp_path)
    assert ("runs/a/latest", "runs/a/global_step5") in said.edges("names", "trainer.latest")
    assert said.newer() == {("runs/a", 5)}


def test_a_path_to_another_store_is_claimed_where_nothing_lies_beside(tmp_path: Path) -> None:
    said = read_files({**SAVE, "runs/a/latest": b"s3://else/a/global_step9"}, tmp_path)
    assert ("runs/a/latest", "s3://else/a/global_step9") in said.edges("names", "trainer.latest")


def test_a_file_called_checkpoint_is_a_pointer_only_beside_tensorflows(tmp_path: Path) -> None:
    said = read_files(
        {**SAVE, "runs/a/latest": b"global_step5", "runs/a/checkpoint": b"\0"}, tmp_path
    )
    assert said.reading.complete


@pytest.mark.parametrize("text", [b"\0\1", b"all_model_checkpoint_paths: 'x'\n"])
def test_tensorflows_file_without_a_path_keeps_the_run(text: bytes, tmp_path: Path) -> None:
    files = {
        "tf/ckpt-1.index": b"i",
        "tf/ckpt-1.data-00000-of-00001": b"d",
        "tf/checkpoint": text,
    }
    said = read_files(files, tmp_path)
    assert said.problems == [("pointer tf/checkpoint: says no model_checkpoint_path", "tf/")]


def test_a_pickle_is_never_read_and_counts_only_without_the_tracker(tmp_path: Path) -> None:
    files = {"r/iter_0000007/common.pt": b"x", "r/latest_train_state.pt": b"P"}
    said = read_files(files, tmp_path / "alone")
    words = "pointer r/latest_train_state.pt: is a pickle, which is not read"
    assert said.problems == [(words, "r/")]
    assert read_files({**files, f"r/{MEGATRON}": b"7"}, tmp_path / "both").reading.complete


def _found(name: str, content: bytes | Unreadable) -> Found:
    file = File("r/" + name, 1, None, "r/", name, "r/", "run", "run", "r/")
    return Found(file, content, whole=True)


@given(
    name=st.sampled_from(["latest", MEGATRON, "latest.txt", "checkpoint", "latest_universal"]),
    content=st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
)
def test_any_bytes_are_a_pointer_or_a_bad_one(name: str, content: bytes) -> None:
    try:
        pointer = parse_pointer(_found(name, content), BASE)
    except BadPointer:
        return
    assert pointer.default in pointer.keys
    for key in pointer.keys:
        assert ".." not in key.split("/")
        assert not re.search(r"[\x00-\x1f]", key)
        assert not key.endswith("/")


@given(parts=st.lists(st.text(max_size=5) | st.just(".."), max_size=4))
def test_no_name_leads_out_of_the_run_or_this_store(parts: list[str]) -> None:
    try:
        pointer = named("/".join(parts), "runs/a/", BASE)
    except BadPointer:
        return
    assert pointer.default.startswith("runs/a")
