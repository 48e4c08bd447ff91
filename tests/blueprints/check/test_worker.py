import os
import time
from pathlib import Path
from typing import Any

import pytest

from blueprints.check.worker import Worker

HERE = "tests.blueprints.check.test_worker"


def answer(question: Any) -> dict[str, Any]:
    """What the process of these tests answers."""
    if question == "sleep":
        time.sleep(60)
    if question == "end":
        os._exit(1)
    if question == "memory":
        return {"length": len(bytearray(8 << 30))}
    if question == "write":
        Path("file").write_text("x" * 10)
    if question == "noise":
        os.write(1, b"noise\n")
    return {"said": question, "environ": dict(os.environ), "folder": str(Path.cwd())}


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "private")
    return Worker(HERE, 20.0)  # a busy machine starts slowly


def test_it_answers_question_after_question(worker: Worker) -> None:
    with worker:
        assert [worker.ask(n)["said"] for n in ("a", ["b"], {"c": "\n"})] == [
            "a",
            ["b"],
            {"c": "\n"},
        ]


def test_it_has_an_environment_and_a_folder_of_its_own(worker: Worker) -> None:
    with worker:
        told = worker.ask("x")
    assert set(told["environ"]) - {"LC_CTYPE"} == {"HOME", "PATH", "PYTHONPATH"}
    assert told["folder"] == told["environ"]["HOME"] != str(Path.cwd())
    assert not Path(told["folder"]).exists()


def test_what_is_printed_is_no_answer(worker: Worker) -> None:
    with worker:
        assert worker.ask("noise")["said"] == "noise"


def test_one_that_takes_too_long_is_ended_and_replaced() -> None:
    with Worker(HERE, 4.0) as worker:
        assert worker.ask("sleep") == {"error": "it took longer than 4 seconds"}
        assert worker.ask("again")["said"] == "again"


@pytest.mark.parametrize("question", ["end", "memory", "write"])
def test_one_that_ends_is_replaced(worker: Worker, question: str) -> None:
    with worker:
        assert "ended" in worker.ask(question)["error"]
        assert worker.ask("again")["said"] == "again"
