"""Steps in the names that trainers give, and in no others."""

import pytest

from governance.recognise.steps import step_of


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("checkpoint-500", 500),
        ("tmp-checkpoint-500", 500),
        ("checkpoint_3", 3),
        ("step-000100", 100),
        ("step_50", 50),
        ("iter_0000010", 10),
        ("global_step20", 20),
        ("global_step20_universal", 20),
        ("epoch=1-step=30.ckpt", 30),
        ("epoch=1-step=30-v1.ckpt", 30),
        ("ep0-ba10", 10),
        ("ep0-ba10-rank3.pt", 10),
        ("gpt--val_loss=2.12-step=9-consumed_samples=80.0-last", 9),
    ],
)
def test_names_that_state_a_step(name: str, step: int) -> None:
    assert step_of(name) == step


@pytest.mark.parametrize(
    "name",
    [
        *("", "final", "last.ckpt", "epoch_3", "footstep5", "step", "step-", "checkpoint-٣"),
        *("step-" + "9" * 40, "step" * 300, "release"),
    ],
)
def test_names_that_state_none(name: str) -> None:
    assert step_of(name) is None
