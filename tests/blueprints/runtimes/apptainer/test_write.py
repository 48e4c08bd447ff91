import csv
import dataclasses
from pathlib import Path

import pytest

from blueprints.runtimes.apptainer import RUNTIME
from blueprints.runtimes.apptainer.image import sif
from blueprints.runtimes.apptainer.write import unfit
from blueprints.service.service import Service
from tests.blueprints.runtimes import example
from tests.blueprints.runtimes.example import SERVICE, free_port, placed
from tests.blueprints.runtimes.law import written
from tests.blueprints.runtimes.stubs import Call, Stubs, secret_file

LEAKS = {
    "https_proxy": "http://192.0.2.1:3128",
    "NO_PROXY": "example.org",
    "APPTAINER_BIND": "/etc",
    "APPTAINER_NO_EVAL": "0",
    "APPTAINERENV_LEAK": "1",
    "SINGULARITYENV_LEAK": "1",
    "SINGULARITY_HOME": "/root",
}


def ready(folder: Path, machine: str = "x86_64") -> tuple[Service, bytes, Stubs]:
    """A service, its script, and stubs; the SIF file is there."""
    service = placed(folder, free_port())
    site = example.site(folders={"models": "/m", "cache": "/c", "images": str(folder / "sif")})
    file = Path(sif(service, site))
    file.parent.mkdir()
    file.touch()
    made = Stubs(folder / "stubs", LEAKS)
    made.add("apptainer", "exit 7")
    made.add("curl")
    made.add("uname", f"echo {machine}")
    secret_file(made, "scout", {"VLLM_API_KEY": "a=b $(id) 'c'"})
    return service, written(RUNTIME, service, site)["serve.sh"], made


@pytest.fixture
def ran(tmp_path: Path) -> tuple[Service, Call]:
    service, script, made = ready(tmp_path)
    done = made.run(script)
    assert (done.returncode, done.stderr) == (7, f"scout: answers at port {service.port}\n")
    (call,) = made.calls("apptainer")
    return service, call


def test_arguments_of_the_engine_arrive_as_they_are(ran: tuple[Service, Call]) -> None:
    service, call = ran
    (image,) = (word for word in call.arguments if word.endswith(".sif"))
    assert call.arguments[call.arguments.index(image) + 1 :] == service.command
    assert image.endswith(f"/vllm-openai-{service.image.digest.removeprefix('sha256:')}.sif")


def test_the_container_gets_the_variables_of_the_service_and_no_other(
    ran: tuple[Service, Call],
) -> None:
    service, call = ran
    start = "APPTAINERENV_"
    inside = {
        name.removeprefix(start): value
        for name, value in call.environment.items()
        if name.startswith(start)
    }
    (home,) = (word for word in call.arguments if word.startswith("--home="))
    inside["HOME"] = home.removeprefix("--home=")
    assert inside == {
        **service.environment,
        "CUDA_VISIBLE_DEVICES": "0,1,2,3",
        "VLLM_API_KEY": "a=b $(id) 'c'",
    }


def test_nothing_of_the_callers_environment_changes_it(ran: tuple[Service, Call]) -> None:
    _, call = ran
    assert LEAKS.keys() & call.environment.keys() == set()


def test_every_default_that_differs_is_taken_back(ran: tuple[Service, Call]) -> None:
    service, call = ran
    end = next(place for place, word in enumerate(call.arguments) if word.endswith(".sif"))
    mounts = [word for word in call.arguments[:end] if word.startswith("--mount=")]
    assert [word for word in call.arguments[:end] if word not in mounts] == [
        "exec",
        "--fakeroot",
        "--writable-tmpfs",
        "--cleanenv",
        "--no-eval",
        "--no-home",
        "--no-mount=cwd,hostfs,tmp",
        "--no-umask",
        "--home=/cache",
        "--cwd=/models",
        "--nv",
    ]
    models, cache = (next(csv.reader([word.removeprefix("--mount=")])) for word in mounts)
    assert models == ["type=bind", f"source={service.mounts[0].host}", "target=/models", "ro"]
    assert cache == ["type=bind", f"source={service.mounts[1].host}", "target=/cache"]


def test_a_node_of_another_architecture_starts_nothing(tmp_path: Path) -> None:
    _, script, made = ready(tmp_path, "aarch64")
    done = made.run(script)
    assert (done.returncode, made.calls("apptainer")) == (1, [])
    assert done.stderr == "scout: is for x86_64, and this node is aarch64\n"


def test_a_missing_file_names_the_job_that_makes_it(tmp_path: Path) -> None:
    _, script, made = ready(tmp_path)
    (file,) = (tmp_path / "sif").iterdir()
    file.unlink()
    done = made.run(script)
    assert (done.returncode, made.calls("apptainer")) == (1, [])
    assert done.stderr == f"scout: there is no {file}; ./image.sh makes it\n"


def test_other_accelerators_are_a_switch_and_a_variable() -> None:
    for accelerator, switch, variable in (
        ("rocm", "--rocm", "HIP_VISIBLE_DEVICES"),
        ("oneapi", None, "ZE_AFFINITY_MASK"),
    ):
        service = dataclasses.replace(SERVICE, accelerator=accelerator)  # type: ignore[arg-type]
        script = written(RUNTIME, service, example.HOPS)["serve.sh"].decode()
        assert f"export APPTAINERENV_{variable}=0,1,2,3\n" in script
        assert "--nv" not in script
        assert ("--rocm" in script) is (switch is not None)


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"UID": "0"}, "apptainer does not let UID be set"),
        ({"X": r"a\u000Ab"}, r"apptainer reads \u000A in the value of X as the end of a line"),
    ],
)
def test_what_apptainer_would_change_is_told(variables: dict[str, str], why: str) -> None:
    assert list(unfit(dataclasses.replace(SERVICE, environment=variables))) == [why]
