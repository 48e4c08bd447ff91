import json
from pathlib import Path

import pytest

from tests.governance.evidence.store.trees import Said, read_case, read_files

SAVES = {f"r/checkpoint-{step}/trainer_state.json": b"{}" for step in (1, 2)} | {
    "old/checkpoint-9/trainer_state.json": b"{}"
}


def run(tmp_path: Path, name: str, text: str) -> Said:
    return read_files({**SAVES, f"r/{name}": text.encode()}, tmp_path)


def needs(said: Said) -> set[str]:
    assert all(holder == "r" for holder, _ in said.edges("needs"))
    return {target for _, target in said.edges("needs", None)}


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("resume_from_checkpoint: ../old/checkpoint-9", {"old/checkpoint-9/"}),
        ("trainer: {ckpt_path: s3://bucket/old/checkpoint-9}", {"s3://bucket/old/checkpoint-9"}),
        ("resume_from: /s/old/checkpoint-9", {"old/checkpoint-9/", "file:///s/old/checkpoint-9"}),
        ("base_model: org/base\ndatasets:\n- path: org/d", {"hub:org/base", "hub:org/d"}),
        ("model:\n  pretrained_model_name_or_path: org/base", {"hub:org/base"}),
        ("resume_from_checkpoint: r/checkpoint-1", {"r/checkpoint-1/"}),
        # Where the run itself saves, and values that name nothing.
        ("checkpoint_dir: s3://bucket/r/checkpoints", set()),
        ("checkpoint_dir: s3://bucket/r", set()),
        ("resume: true\nload: latest\nlr: 1/2", set()),
    ],
)  # fmt: skip
def test_a_configuration_says_what_its_run_needs(
    text: str, targets: set[str], tmp_path: Path
) -> None:
    expected = {target.removeprefix("s3://bucket/").rstrip("/") for target in targets}
    assert needs(run(tmp_path, "config.yaml", text)) == expected


def test_json_is_read_too(tmp_path: Path) -> None:
    said = run(tmp_path, "args.json", json.dumps({"model_name_or_path": "org/base"}))
    assert needs(said) == {"hub:org/base"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.yaml", "a: !!python/object/apply:os.system ['x']"),
        ("config.yaml", "load: &a [*a]"),
        ("config.yaml", "load: a/b\n" + "x: y\n" * 50_000),
        ("args.json", "[" * 100_000),
        ("args.json", '{"load": NaN'),
        ("hparams.yaml", "\x00"),
        ("hparams.yaml", ""),
    ],
)
def test_hostile_configurations_say_nothing(name: str, text: str, tmp_path: Path) -> None:
    said = run(tmp_path, name, text)
    assert needs(said) == set()
    assert said.reading.complete


def test_configurations_of_real_libraries_are_read(tmp_path: Path) -> None:
    for case in ("lightning-files", "litgpt"):
        assert read_case(case, tmp_path / case).reading.complete


def test_a_configuration_elsewhere_is_none_of_a_run(tmp_path: Path) -> None:
    files = {"app/config.yaml": b"base_model: org/base", "app/x.py": b""}
    assert read_files(files, tmp_path).reading.requests == 0
