"""The training step that a folder's or a file's name states."""

import re

_STEP = re.compile(
    r"""
    (?: .*(?<![a-z]) )?                            # epoch=3-step=1000, model--val_loss=2.1-step=9
    (?:checkpoint|ckpt|global_?step|step|iter(?:ation)?)
    [-_=]? (?P<step>[0-9]{1,18})
    (?: (?![0-9]) (?:[-_.].*)? )                   # step=9-consumed_samples=80.0-last, step_5.ckpt
    | ep[0-9]+-ba(?P<batch>[0-9]{1,18}) (?:-rank[0-9]+)? (?:\..*)?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def step_of(name: str) -> int | None:
    """Return the step that the last component of a path states, or None.

    Reads the names that trainers give: `checkpoint-500`, `checkpoint_3`, `step-000100`,
    `iter_0000010`, `global_step20`, `epoch=1-step=30.ckpt`, `ep0-ba10`. An epoch is not a step.
    """
    hit = _STEP.fullmatch(name)
    if hit is None:
        return None
    return int(hit["step"] or hit["batch"])
