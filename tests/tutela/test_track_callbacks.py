"""The callbacks, without the libraries: those are in tests/real/test_callbacks.py."""

import copy
import pickle
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.tutela.tracked import alone, read
from tutela import hugging_face_callback, lightning_callback

__all__ = ["alone"]

pytestmark = pytest.mark.usefixtures("alone")


class Base:
    """As much of a callback's class as the libraries' own ones have in common: nothing."""


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, attribute in (
        ("transformers", "TrainerCallback"),
        ("lightning", ""),
        ("lightning.pytorch", "Callback"),
    ):
        module = ModuleType(name)
        module.__path__ = []
        setattr(module, attribute, Base)
        monkeypatch.setitem(sys.modules, name, module)


def hugging_face(folder: Path, step: int, *, first: bool = True, resumed: Any = None) -> Any:
    args = SimpleNamespace(output_dir=str(folder), resume_from_checkpoint=resumed)
    return args, SimpleNamespace(global_step=step, is_world_process_zero=first), None


@pytest.mark.usefixtures("libraries")
def test_each_save_of_the_trainer_is_tracked(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-5").mkdir()
    callback = hugging_face_callback(run="sft", inputs=["s3://b/c"])
    assert Base in type(callback).__mro__
    callback.on_train_begin(*hugging_face(tmp_path, 0), model=None)
    callback.on_save(*hugging_face(tmp_path, 5), model=None)
    record = read(tmp_path / "checkpoint-5" / "tutela.record.json")
    assert (record["kind"], record["step"], record["run"]["name"]) == ("checkpoint", 5, "sft")
    assert record["parent"] is None


@pytest.mark.usefixtures("libraries")
def test_a_resumed_trainer_names_where_it_started(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-9").mkdir()
    callback = hugging_face_callback()
    callback.on_train_begin(*hugging_face(tmp_path, 5), model=None)
    callback.on_save(*hugging_face(tmp_path, 9))
    record = tmp_path / "checkpoint-9" / "tutela.record.json"
    assert read(record)["parent"] == (tmp_path / "checkpoint-5").as_uri()
    callback.on_train_begin(*hugging_face(tmp_path, 5, resumed="/other/checkpoint-5"))
    callback.on_save(*hugging_face(tmp_path, 9))
    assert read(record)["parent"] == "file:///other/checkpoint-5"


@pytest.mark.usefixtures("libraries")
def test_another_process_than_the_first_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-5").mkdir()
    hugging_face_callback().on_save(*hugging_face(tmp_path, 5, first=False))
    assert list((tmp_path / "checkpoint-5").iterdir()) == []


def lightning(saver: Any, step: int, rank: int = 0) -> Any:
    return SimpleNamespace(
        global_step=step, global_rank=rank, ckpt_path=None, checkpoint_callbacks=[saver]
    )


@pytest.mark.usefixtures("libraries")
def test_a_file_of_lightning_is_tracked_once_it_is_there(tmp_path: Path) -> None:
    saver = SimpleNamespace(best_k_models={}, best_model_path="", last_model_path="")
    callback = lightning_callback(run="sft")
    callback.on_train_batch_start(lightning(saver, 0), None, None, 0)
    callback.on_save_checkpoint(lightning(saver, 5), None, {})
    callback.on_train_batch_start(lightning(saver, 5), None, None, 6)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a.ckpt").write_text("x")
    saver.best_k_models[str(tmp_path / "a.ckpt")] = 0.5
    callback.on_train_batch_start(lightning(saver, 6), None, None, 7)
    assert read(tmp_path / "a.ckpt.tutela.json")["step"] == 5

    (tmp_path / "b.ckpt").mkdir()
    (tmp_path / "last.ckpt").symlink_to("b.ckpt")
    saver.best_k_models[str(tmp_path / "b.ckpt")] = 0.4
    saver.last_model_path = str(tmp_path / "last.ckpt")
    callback.on_save_checkpoint(lightning(saver, 9), None, {})
    callback.teardown(lightning(saver, 9), None, stage="fit")
    assert read(tmp_path / "b.ckpt" / "tutela.record.json")["step"] == 9
    assert read(tmp_path / "a.ckpt.tutela.json")["step"] == 5
    assert not (tmp_path / "last.ckpt.tutela.json").exists()


@pytest.mark.usefixtures("libraries")
def test_a_last_checkpoint_that_is_written_again_is_tracked_again(tmp_path: Path) -> None:
    last = tmp_path / "last.ckpt"
    saver = SimpleNamespace(best_k_models={}, best_model_path="", last_model_path=str(last))
    callback = lightning_callback()
    for step in (5, 9):
        last.write_text("x" * step)
        callback.on_save_checkpoint(lightning(saver, step), None, {})
        callback.on_train_end(lightning(saver, step), None)
        assert read(tmp_path / "last.ckpt.tutela.json")["step"] == step


@pytest.mark.usefixtures("libraries")
def test_another_rank_of_lightning_writes_nothing(tmp_path: Path) -> None:
    last = tmp_path / "last.ckpt"
    last.write_text("x")
    saver = SimpleNamespace(last_model_path=str(last))
    callback = lightning_callback()
    callback.on_save_checkpoint(lightning(saver, 5, rank=1), None, {})
    callback.on_train_end(lightning(saver, 5, rank=1), None)
    assert list(tmp_path.iterdir()) == [last]


@pytest.mark.usefixtures("libraries")
@pytest.mark.parametrize("make", [hugging_face_callback, lightning_callback])
def test_a_callback_can_be_sent_to_another_process_and_never_raises(make: Any) -> None:
    callback = make(run="sft")
    sent = pickle.loads(pickle.dumps(callback))  # noqa: TID251 - our own
    for one in (callback, sent, copy.deepcopy(callback)):
        for hook in ("on_save", "on_train_begin", "on_save_checkpoint", "on_train_batch_start"):
            if hasattr(one, hook):
                getattr(one, hook)(None, None, None)


@pytest.mark.usefixtures("libraries")
@pytest.mark.parametrize("make", [hugging_face_callback, lightning_callback])
def test_a_wrong_argument_is_told_before_training(make: Any) -> None:
    with pytest.raises(TypeError, match="track takes no license"):
        make(license="MIT")


@pytest.mark.parametrize("make", [hugging_face_callback, lightning_callback])
def test_without_its_library_there_is_no_callback(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("transformers", "lightning.pytorch", "lightning", "pytorch_lightning"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError):
        make()
