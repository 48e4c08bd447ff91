"""Orbax: steps with one item and with several, interrupted saves, and the object-store form."""

import contextlib
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any

import jax
import numpy as np
import orbax.checkpoint as ocp
import tensorstore
from orbax.checkpoint._src.path import atomicity

from tests.real.case import Case

LIBRARIES = ("orbax-checkpoint", "jax")
MARKS = ("commit_success.txt", "*/commit_success.txt", "_CHECKPOINT_METADATA")
ITEM = ("_METADATA", "manifest.ocdbt")


def write(folder: Path) -> None:
    """One item a step; several items and kills; what an object store without rename holds."""
    logging.disable(logging.CRITICAL)
    _steps(folder)
    _items(folder)
    _object_store(folder)


def _state() -> dict[str, Any]:
    """Parameters and Adam's moments, 4 kB each, all different."""
    random = np.random.default_rng(0)

    def some() -> dict[str, jax.Array]:
        return {
            "w": jax.numpy.asarray(random.normal(size=(32, 32)), "float32"),
            "b": jax.numpy.asarray(random.normal(size=32), "float32"),
        }

    return {"params": some(), "opt_state": {"mu": some(), "nu": some()}}


def _manager(path: Path, **options: object) -> ocp.CheckpointManager:
    return ocp.CheckpointManager(
        path,
        options=ocp.CheckpointManagerOptions(enable_async_checkpointing=False, **options),
    )


def _needed(step: Path, item: str) -> list[str]:
    """Data files without which the library cannot restore the item: tried one by one."""
    needed = []
    files = [file.relative_to(step) for file in (step / item).rglob("d/*")]
    for file in files:
        with tempfile.TemporaryDirectory() as other:
            copy = Path(other) / "copy"
            shutil.copytree(step, copy)
            (copy / file).unlink()
            try:
                ocp.StandardCheckpointer().restore(copy / item)
            except Exception:  # noqa: BLE001 - any failure means it was needed
                needed.append(file.as_posix())
    return needed


def _stored(item: Path, prefix: str) -> int:
    """Bytes of the values under a prefix of keys that lie in data files of their own.

    Orbax keeps values of up to 1,024 bytes inside the index (`max_inline_value_bytes`).
    """
    spec = {"driver": "ocdbt", "base": {"driver": "file", "path": f"{item}/"}}
    store = tensorstore.KvStore.open(spec).result()
    keys = [key for key in store.list().result() if key.startswith(prefix.encode())]
    sizes = [len(store.read(key).result().value) for key in keys]
    return sum(size for size in sizes if size > 1024)


def _together(case: Case, root: str, step: int) -> None:
    """Parameters and moments lie in one OCDBT database; its index says which is which."""
    item = case.tree / root / "default"
    _step(
        case,
        root,
        step,
        ["default"],
        mixed=(_stored(item, "params."), _stored(item, "opt_state.")),
    )


def _data(item: Path) -> int:
    return sum(file.stat().st_size for file in item.rglob("d/*"))


def _step(case: Case, root: str, step: int, items: list[str], **more: Any) -> None:
    case.artifact(
        root,
        "checkpoint",
        "orbax",
        step=step,
        named=[*MARKS, *(f"{item}/{name}" for item in items for name in ITEM)],
        needed=[name for item in items for name in _needed(case.tree / root, item)],
        **more,
    )


def _steps(folder: Path) -> None:
    source = "CheckpointManager.save(step, StandardSave(state), metrics) to a POSIX folder"
    case = Case(folder, "orbax-steps", source, LIBRARIES)
    with _manager(case.tree / "runs/flax/ckpt", best_fn=lambda seen: seen["loss"]) as manager:
        for step in (10, 20):
            manager.save(step, args=ocp.args.StandardSave(_state()), metrics={"loss": 0.5})
    for step in (10, 20):
        _together(case, f"runs/flax/ckpt/{step}/", step)
    case.close()


def _save_items(manager: ocp.CheckpointManager, step: int) -> None:
    state = _state()
    items = ocp.args.Composite(
        params=ocp.args.StandardSave(state["params"]),
        opt_state=ocp.args.StandardSave(state["opt_state"]),
        data_iterator=ocp.args.JsonSave({"epoch": 1, "offset": 4096}),
    )
    manager.save(step, args=items)


def _items(folder: Path) -> None:
    """Step 20 is killed at its first rename, step 30 at its last."""
    source = "CheckpointManager.save(step, Composite(params, opt_state, data_iterator)); kills"
    case = Case(folder, "orbax-items", source, LIBRARIES)
    run = "runs/t5x/"
    finalize = atomicity.AtomicRenameTemporaryPath.finalize

    def killed_at(last: bool) -> Any:
        async def finalize_or_die(self: Any, *args: Any, **more: Any) -> None:
            if not last or self.get_final().name.isdigit():
                raise KeyboardInterrupt
            await finalize(self, *args, **more)

        return finalize_or_die

    path = case.tree / run
    with _manager(path) as manager:
        _save_items(manager, 10)
    for step, last in ((20, False), (30, True)):
        elsewhere = folder / f"orbax-items-{step}"
        atomicity.AtomicRenameTemporaryPath.finalize = killed_at(last)
        with contextlib.suppress(BaseException):
            _save_items(_manager(elsewhere), step)
        atomicity.AtomicRenameTemporaryPath.finalize = finalize
        # A manager removes what earlier ones left, so each killed save has one of its own.
        (left,) = elsewhere.iterdir()
        left.rename(path / left.name)
        elsewhere.rmdir()
    _step(
        case,
        f"{run}10/",
        10,
        ["params", "opt_state"],
        mixed=(_data(path / "10/params"), _data(path / "10/opt_state")),
    )
    for step in (20, 30):
        case.artifact(
            f"{run}{step}.orbax-checkpoint-tmp/",
            "checkpoint",
            "orbax",
            step=step,
            complete=False,
            missing=["commit_success.txt"],
            weights=["params*/*d/*"],
            optimizer=["opt_state*/*d/*"],
        )
    case.close()


def _object_store(folder: Path) -> None:
    """Without rename a save begins under its final name: only the marker tells that it is whole."""
    source = "CheckpointManager.save with AtomicityMode.COMMIT_FILE, the default on gs://; a kill"
    case = Case(folder, "orbax-commit-file", source, LIBRARIES)
    run = "gs/run/"
    kind = atomicity.CommitFileTemporaryPath
    with _manager(case.tree / run, temporary_path_class=kind) as manager:
        manager.save(10, args=ocp.args.StandardSave(_state()))
        finalize = kind.finalize

        async def killed(self: Any, *args: Any, **more: Any) -> None:
            if self.get_final().name.isdigit():
                raise KeyboardInterrupt
            await finalize(self, *args, **more)

        kind.finalize = killed
        with contextlib.suppress(BaseException):
            manager.save(20, args=ocp.args.StandardSave(_state()))
        kind.finalize = finalize
    _together(case, f"{run}10/", 10)
    case.artifact(
        f"{run}20/",
        "checkpoint",
        "orbax",
        step=20,
        complete=False,
        missing=["commit_success.txt"],
    )
    case.close()
