"""Weights or optimizer state, by the names that real states give."""

import pytest

from governance.artifact import Role
from governance.recognise.parts import part_of


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("model.layers.0.weight", Role.WEIGHTS),
        ("module.decoder.weight", Role.WEIGHTS),
        ("model0.decoder.weight", Role.WEIGHTS),
        ("state_dict.layer.weight", Role.WEIGHTS),
        ("state.model.w", Role.WEIGHTS),
        ("app.model.w", Role.WEIGHTS),
        ("tok_embeddings.weight", Role.WEIGHTS),
        ("decoder.layers.self_attention.linear_qkv.weight", Role.WEIGHTS),
        ("model.optimizer.weight", Role.WEIGHTS),
        ("optimizer.state.layers.0.w.exp_avg", Role.OPTIMIZER),
        ("optim.param_groups.w.lr", Role.OPTIMIZER),
        ("optimizer_0.state.w.step", Role.OPTIMIZER),
        ("optimizer_states.state.exp_avg", Role.OPTIMIZER),
        ("state.optimizers.AdamW.state.w.exp_avg", Role.OPTIMIZER),
        ("app.optim.state.w.exp_avg", Role.OPTIMIZER),
        ("chained_0.optimizer.state.exp_avg.decoder.weight", Role.OPTIMIZER),
        ("optimizer.distributed.dp_group_idx_0.exp_avg", Role.OPTIMIZER),
        ("layers.0.w.exp_avg", Role.OPTIMIZER),
        ("rng_state/shard_0_2", Role.OTHER),
        ("rng.0.cuda", Role.OTHER),
        ("lr_scheduler.last_epoch", Role.OTHER),
        ("dataloader.dp_rank_0", Role.OTHER),
        ("train_state.step", Role.OTHER),
        ("callbacks.Ema.weight", Role.OTHER),
    ],
)
def test_the_first_part_that_names_a_thing_decides(name: str, role: Role) -> None:
    assert part_of(name, tensor=True) is role


def test_what_is_no_tensor_is_no_weight_unless_its_name_says_so() -> None:
    assert part_of("decoder.layers.0._extra_state/shard_0_1", tensor=False) is Role.OTHER
    assert part_of("optimizer.param_groups.0.lr", tensor=False) is Role.OPTIMIZER
    assert part_of("", tensor=False) is Role.OTHER
