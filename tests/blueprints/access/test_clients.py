import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.access.clients import QUESTION, body
from tests.blueprints.access.case import HOSTILE, KEYED, centre, placed
from tests.blueprints.access.engine import Engine
from tests.blueprints.runtimes.stubs import Stubs, secret_file

WORDS = ["Seven ", "months, ", "it's said."]
ONE = dataclasses.replace(KEYED, served=HOSTILE)


def run(folder: Path, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    script = placed(folder, centre(), ONE) / "mutable" / program
    call = [sys.executable, str(script)] if program.endswith(".py") else [str(script)]
    # A proxy that nothing answers at: who asks this machine does not ask it.
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "http_proxy": "http://127.0.0.1:9",
        "NO_PROXY": "example.org",
    }
    return subprocess.run(
        [*call, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("program", ["ask.sh", "ask.py"])
def test_a_question_arrives_as_it_was_meant_with_the_key(tmp_path: Path, program: str) -> None:
    secret_file(Stubs(tmp_path), "mutable", {"OTHER": "x", "VLLM_API_KEY": "a=b c"})
    with Engine(WORDS) as engine:
        done = run(tmp_path, program, f"http://127.0.0.1:{engine.port}/v1/")
    assert (done.returncode, done.stderr) == (0, "")
    assert "".join(WORDS) in done.stdout
    asked = engine.asked[0]
    assert asked["path"] == "/v1/chat/completions"
    assert asked["headers"]["Authorization"] == "Bearer a=b c"
    asked["body"].pop("stream", None)
    assert asked["body"] == body(ONE, QUESTION)
    assert asked["body"]["model"] == HOSTILE


@pytest.mark.parametrize("program", ["ask.sh", "ask.py"])
def test_without_a_key_none_is_shown(tmp_path: Path, program: str) -> None:
    with Engine(WORDS) as engine:
        done = run(tmp_path, program, f"http://127.0.0.1:{engine.port}/v1")
    assert done.returncode == 0
    assert "Authorization" not in engine.asked[0]["headers"]


@pytest.mark.parametrize("program", ["ask.sh", "ask.py"])
def test_what_does_not_answer_is_told(tmp_path: Path, program: str) -> None:
    with Engine(WORDS) as engine:
        url = f"http://127.0.0.1:{engine.port}"
    done = run(tmp_path, program, url)
    assert done.returncode == 1
    assert done.stderr


def test_a_question_of_ones_own_is_sent_by_python(tmp_path: Path) -> None:
    with Engine(WORDS) as engine:
        run(tmp_path, "ask.py", f"http://127.0.0.1:{engine.port}/v1", "Who's", '"there"?')
    assert engine.asked[0]["body"]["messages"][0]["content"] == 'Who\'s "there"?'


def test_an_empty_answer_is_none(tmp_path: Path) -> None:
    with Engine([""]) as engine:
        assert run(tmp_path, "ask.py", f"http://127.0.0.1:{engine.port}/v1").returncode == 1


def test_a_page_that_is_no_answer_is_told(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path)
    stubs.add("curl", "printf '<html>'")
    done = stubs.run((placed(tmp_path, centre(), ONE) / "mutable" / "ask.sh").read_bytes())
    assert (done.returncode, done.stderr) == (1, "that is no answer of a model\n")


def test_no_argument_of_curl_holds_the_key(tmp_path: Path) -> None:
    stubs = Stubs(tmp_path)
    stubs.add("curl", """cat /dev/fd/3 >>"$STUBS/header"; printf '{"choices": []}'""")
    secret_file(stubs, "mutable", {"VLLM_API_KEY": "very-secret"})
    done = stubs.run((placed(tmp_path, centre(), ONE) / "mutable" / "ask.sh").read_bytes())
    assert done.returncode == 0
    (call,) = stubs.calls("curl")
    assert "very-secret" not in "\0".join([*call.arguments, *call.environment.values()])
    assert (tmp_path / "calls" / "header").read_text() == "Authorization: Bearer very-secret\n"
