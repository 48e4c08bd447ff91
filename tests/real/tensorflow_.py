"""TensorFlow: checkpoints of a manager and a SavedModel."""

from pathlib import Path

import tensorflow as tf

from tests.real.case import Case

LIBRARIES = ("tensorflow-cpu",)


def write(folder: Path) -> None:
    """Numbered checkpoints with their tracker; a SavedModel."""
    _checkpoints(folder)
    _saved_model(folder)


def _stored(stem: Path, prefix: str) -> int:
    """Bytes of the tensors under a prefix of names."""
    reader = tf.train.load_checkpoint(str(stem))
    names = [name for name in reader.get_variable_to_shape_map() if name.startswith(prefix)]
    return sum(reader.get_tensor(name).nbytes for name in names)


def _checkpoints(folder: Path) -> None:
    """The tracker `checkpoint` is of the run; `ckpt-2` lost its index on the way."""
    source = "tf.train.CheckpointManager.save, three times"
    case = Case(folder, "tf-checkpoint", source, LIBRARIES)
    run = "runs/tf/"
    tf.random.set_seed(0)
    weights = tf.Variable(tf.random.normal((16, 16)))
    optimizer = tf.keras.optimizers.Adam()
    optimizer.build([weights])
    checkpoint = tf.train.Checkpoint(weights=weights, optimizer=optimizer)
    manager = tf.train.CheckpointManager(checkpoint, case.tree / run, max_to_keep=None)
    for number in (1, 2, 3):
        manager.save(number)
    (case.tree / run / "ckpt-2.index").unlink()
    for number in (1, 2, 3):
        stem = f"{run}ckpt-{number}"
        whole = number != 2
        both = None
        if whole:
            path = case.tree / stem
            both = _stored(path, "weights/"), _stored(path, "optimizer/")
        case.artifact(
            stem,
            "checkpoint",
            "tf-checkpoint",
            files=[".*"],
            step=number,
            mixed=both,
            complete=whole,
            missing=() if whole else [".index"],
            named=[".index", ".data-00000-of-00001"] if whole else (),
        )
    case.run(run)
    case.close()


def _saved_model(folder: Path) -> None:
    case = Case(folder, "tf-savedmodel", "tf.saved_model.save", LIBRARIES)
    root = "models/tf/1/"
    module = tf.Module()
    module.weights = tf.Variable(tf.ones((16, 16)))
    module.double = tf.function(
        lambda x: x @ module.weights, input_signature=[tf.TensorSpec((None, 16))]
    )
    tf.saved_model.save(module, str(case.tree / root))
    case.artifact(
        root,
        "model",
        "tf-savedmodel",
        mixed=(_stored(case.tree / root / "variables/variables", "weights/"), 0),
        named=["saved_model.pb", "variables/variables.index", "variables/variables.data-*"],
    )
    case.close()
