from pathlib import Path

import pytest

from tests.governance.evidence.store.trees import Said, read_case, read_files


def latest(said: Said) -> set[str]:
    return {target for _, target in said.edges("names", "trainer.latest")}


@pytest.mark.parametrize(
    ("case", "saves"),
    [
        ("trainer-plain", {"runs/sft-a/checkpoint-4"}),
        ("orbax-steps", {"runs/flax/ckpt/20"}),
        # Its step 40 is whole by another commit marker; 30 is not.
        ("torchtitan", {"outputs/llama3/checkpoint/step-40"}),
        ("torchtune", {"runs/tune-full/epoch_1"}),
        (
            "lightning-files",
            {
                "lightning_logs/version_0/checkpoints/epoch=0-step=4.ckpt",
                "lightning_logs/version_0/checkpoints/last.ckpt",
                "best/epoch=0-step=4-train_loss=0.27.ckpt",
            },
        ),
    ],
)
def test_the_newest_whole_save_is_what_a_run_goes_on_from(
    case: str, saves: set[str], tmp_path: Path
) -> None:
    assert saves <= latest(read_case(case, tmp_path))


def test_a_partial_save_is_never_the_newest(tmp_path: Path) -> None:
    said = read_case("trainer-interrupted", tmp_path)
    assert "runs/killed/checkpoint-4" not in latest(said)


def test_where_no_name_says_a_step_the_last_one_written_counts(tmp_path: Path) -> None:
    said = read_case("megatron-legacy-grid", tmp_path)
    assert "converted/llama/release" in latest(said)


def test_what_nobody_could_look_into_counts_beside_the_newest_whole_one(tmp_path: Path) -> None:
    files = {f"r/checkpoint-{step}/trainer_state.json": b"{}" for step in (1, 2, 3)}
    said = read_files(files, tmp_path)  # no weights under a known name: nobody can say
    assert latest(said) == {"r/checkpoint-3"}


def test_saves_that_are_called_best_or_final_are(tmp_path: Path) -> None:
    files = {"r/best-v1.ckpt": b"x", "r/epoch=1.ckpt": b"x", "r/final/lit_model.pth": b"x"}
    said = read_files(files, tmp_path)
    assert {target for _, target in said.edges("names", "trainer.best")} == {"r/best-v1.ckpt"}
    assert "r/final" in latest(said)


def test_the_holder_does_not_speak_for_the_whole_run(tmp_path: Path) -> None:
    said = read_case("trainer-plain", tmp_path)
    assert {holder for holder, _ in said.edges("names", "trainer.latest")} == {
        "trainer.latest:s3://bucket/runs/sft-a/"
    }
