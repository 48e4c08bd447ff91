"""The programs of rendered stacks, run as their manifests say, with the libraries of their images.

Models are answered for; tools, memory (PostgreSQL), vectors (Milvus Lite), S3 and the page itself
are the real ones.
"""

import io
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

from tests.blueprints.kinds.sandbox.stacks.made import objects
from tests.labs.ports import free_port
from tests.labs.seaweed import Lab
from tests.real import answering
from tests.real.databases import postgresql
from tests.real.manifests import Cluster, Process, containers

pytestmark = pytest.mark.real

PYTHON = Path(os.environ.get("TUTELA_TEST_PROGRAMS", f"{sys.prefix}/programs/bin/python"))
KEYS = {"auth_secret": "a" * 40, "master_key": "key of the gateway", "root_password": "x"}


def cluster(kind: str, place: Path, elsewhere: dict[str, str]) -> Cluster:
    assert PYTHON.is_file(), f"no {PYTHON}: make test-real installs it"
    documents = list(objects(kind).values())
    secrets = {
        one["spec"]["target"]["name"]: {**KEYS, "password": "", "api_key": ""}
        for one in documents
        if one["kind"] == "ExternalSecret"
    }
    folders = {folder: f"{place}{folder}" for folder in ("/app/", "/state", "/tmp")}
    return Cluster(documents, secrets, {"0.0.0.0": "127.0.0.1", **folders, **elsewhere})


def started(made: Cluster, name: str) -> Process:
    """A Deployment's one container, its files put in place."""
    pod, _, (container,) = containers(made.find("Deployment", name))
    made.put_files(pod)
    return made.process(container)


def environ(process: Process) -> dict[str, str]:
    return {**process.environ, "PATH": f"{PYTHON.parent}:{os.environ['PATH']}"}


def python(process: Process, program: str) -> str:
    """What a line of Python prints that has the stack's own program as `app`."""
    folder = next(Path(word).parent for word in process.words if word.endswith("/app.py"))
    done = subprocess.run(
        [PYTHON, "-c", f"import asyncio, json, app\n{program}"],
        cwd=folder,
        env={**environ(process), "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def status(address: str, **headers: str) -> int:
    method = "POST" if address.endswith("/header") else "GET"
    request = urllib.request.Request(address, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextmanager
def running(process: Process, ready: str) -> Iterator[None]:
    with subprocess.Popen(
        process.words,
        env=environ(process),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            end = time.monotonic() + 90
            while status(ready) != 200:
                assert child.poll() is None, "it has ended"
                assert time.monotonic() < end, "it does not come up"
                time.sleep(0.3)
            yield
        finally:
            child.terminate()


@pytest.fixture
def several() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_an_agent_calls_its_tools_and_remembers(several: ExitStack, tmp_path: Path) -> None:
    gateway, tools = several.enter_context(answering.openai()), free_port()
    aside = Path(several.enter_context(TemporaryDirectory()))
    database = urlsplit(several.enter_context(postgresql(aside, tmp_path)).address)
    made = cluster(
        "agentic",
        tmp_path,
        {
            "helper-gateway:4000": f"127.0.0.1:{gateway}",
            "helper-tools:8000": f"127.0.0.1:{tools}",
            "helper-memory": "127.0.0.1",
            "5432": str(database.port),
        },
    )
    server = started(made, "helper-tools")
    server.environ["PORT"] = str(tools)
    several.enter_context(running(server, f"http://127.0.0.1:{tools}/health"))
    agent = started(made, "helper-agent")
    agent.environ.update(PGUSER="postgres", PGDATABASE="postgres")
    assert "it is 22.5" in python(agent, "print(asyncio.run(app.think('ada', '(2 + 3) * 4.5')))")
    python(agent, "asyncio.run(app.remember('ada', 'user', 'a question'))")
    said = python(agent, "print(json.dumps(asyncio.run(app.remembered('ada'))))")
    assert json.loads(said) == [{"role": "user", "content": "a question"}]
    assert json.loads(python(agent, "print(asyncio.run(app.remembered('bob')))")) == []


def test_a_question_finds_the_passages_that_are_about_it(
    several: ExitStack, tmp_path: Path
) -> None:
    gateway = several.enter_context(answering.openai())
    made = cluster("rag", tmp_path, {"papers-gateway:4000": f"127.0.0.1:{gateway}"})
    page = started(made, "papers-chat")
    # Milvus Lite is a file instead of a server.
    (tmp_path / "app/sitecustomize.py").write_text(
        "import pymilvus\nfrom pymilvus import MilvusClient\n"
        f"pymilvus.MilvusClient = lambda uri, token: MilvusClient({str(tmp_path / 'm.db')!r})\n"
    )
    said = python(
        page,
        """
async def main():
    counts = [await app.learn("a.txt", "aaa " * 900), await app.learn("b.txt", "bbb")]
    print(json.dumps([counts, [one["source"] for one in await app.passages_for("bbbb")]]))
asyncio.run(main())
""",
    )
    counts, sources = json.loads(said.splitlines()[-1])
    assert counts == [3, 1]
    assert sources[0] == "b.txt"


def test_the_page_lets_in_whom_the_door_names(several: ExitStack, tmp_path: Path) -> None:
    gateway, port = several.enter_context(answering.openai()), free_port()
    elsewhere = {"helper-gateway:4000": f"127.0.0.1:{gateway}", "--port=8000": f"--port={port}"}
    page = started(cluster("agentic", tmp_path, elsewhere), "helper-agent")
    address = f"http://127.0.0.1:{port}"
    several.enter_context(running(page, f"{address}/"))
    assert status(f"{address}/auth/header") == 401
    assert status(f"{address}/auth/header", **{"X-Forwarded-Email": "ada@example.org"}) == 200


def test_a_forecast_is_every_step_of_the_newest_analysis(
    s3: Lab, several: ExitStack, tmp_path: Path
) -> None:
    import numpy as np

    program = tmp_path / "cycle.py"
    chart = Path(__file__).parents[2] / "blueprints/kinds/sandbox/stacks"
    program.write_bytes((chart / "apps/cycle.py.in").read_bytes())
    bucket = s3.bucket("weather")
    for day in ("2027-01-30T06", "2027-01-31T06"):
        state = io.BytesIO()
        np.save(state, np.full((2, 3), float(day[8:10])))
        key = f"forecast/analyses/{day}.npy"
        s3.client.put_object(Bucket=bucket, Key=key, Body=state.getvalue())
    given = {
        **{**s3.environ(), "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        **{"AWS_ENDPOINT_URL": s3.endpoint, "S3_BUCKET": bucket, "PREFIX": "forecast"},
        **{"MODEL": "aurora", "MODEL_INPUT": "input", "MODEL_OUTPUT": "output", "STEPS": "3"},
        "MODEL_URL": f"http://127.0.0.1:{several.enter_context(answering.triton())}",
    }
    done = subprocess.run([PYTHON, program], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = s3.client.list_objects_v2(Bucket=bucket, Prefix="forecast/forecasts/")["Contents"]
    folder = "forecast/forecasts/2027-01-31T06"
    assert [one["Key"] for one in listed] == [
        f"{folder}/complete",
        *(f"{folder}/step-{number:03d}.npy" for number in (1, 2, 3)),
    ]
    last = s3.client.get_object(Bucket=bucket, Key=f"{folder}/step-003.npy")["Body"].read()
    assert np.load(io.BytesIO(last)).tolist() == [[34.0] * 3] * 2
