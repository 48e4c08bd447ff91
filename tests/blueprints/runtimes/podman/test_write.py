import csv
import dataclasses
from pathlib import Path

import pytest

from blueprints.runtimes.podman import RUNTIME
from blueprints.runtimes.podman.write import run_words, unfit
from blueprints.runtimes.writing.shell import Shell
from blueprints.service.service import Accelerator, Service
from tests.blueprints.runtimes.example import HOPS, SERVICE, free_port, placed
from tests.blueprints.runtimes.stubs import Call, Stubs, secret_file

INFO = 'if [ "$1" = info ]; then echo cpuset cpu memory; exit; fi\n'


def script(service: Service) -> bytes:
    return {file.path: file.content for file in RUNTIME.write(service, HOPS)}["serve.sh"]


def stubs(folder: Path, body: str = "exit 7") -> Stubs:
    made = Stubs(folder / "stubs")
    made.add("podman", INFO + body)
    made.add("curl")
    secret_file(made, "scout", {"OTHER": "x", "VLLM_API_KEY": "a=b $(id) 'c'"})
    return made


def values(call: Call, option: str) -> list[str]:
    """What stands behind ``option=`` before the image's name."""
    image = call.arguments.index(SERVICE.image.reference)
    start = f"{option}="
    return [word[len(start) :] for word in call.arguments[:image] if word.startswith(start)]


@pytest.fixture
def ran(tmp_path: Path) -> tuple[Service, Call]:
    service = placed(tmp_path, free_port())
    made = stubs(tmp_path)
    done = made.run(script(service))
    assert (done.returncode, done.stderr) == (7, f"scout: answers at port {service.port}\n")
    return service, made.calls("podman")[1]


def test_arguments_of_the_engine_arrive_as_they_are(ran: tuple[Service, Call]) -> None:
    service, call = ran
    image = call.arguments.index(service.image.reference)
    assert (*values(call, "--entrypoint"), *call.arguments[image + 1 :]) == service.command


def test_variables_arrive_as_they_are(ran: tuple[Service, Call]) -> None:
    service, call = ran
    given = values(call, "--env")
    expected = [f"{name}={value}" for name, value in service.environment.items()]
    assert given == [*expected, "VLLM_API_KEY"]


def test_a_secret_is_in_the_environment_and_in_no_argument(ran: tuple[Service, Call]) -> None:
    _, call = ran
    assert call.environment["VLLM_API_KEY"] == "a=b $(id) 'c'"
    assert "OTHER" not in call.environment
    assert not [word for word in call.arguments if "a=b" in word]


def test_folders_arrive_whatever_their_names(ran: tuple[Service, Call]) -> None:
    service, call = ran
    models, cache = (next(csv.reader([text])) for text in values(call, "--mount"))
    assert models == ["type=bind", f"source={service.mounts[0].host}", "target=/models", "readonly"]
    assert cache == ["type=bind", f"source={service.mounts[1].host}", "target=/cache"]
    assert Path(service.mounts[1].host).is_dir()


def test_the_rest_of_the_service_arrives(ran: tuple[Service, Call]) -> None:
    _, call = ran
    assert call.arguments[:2] == ("run", "--rm")
    assert values(call, "--name") == ["scout"]
    assert values(call, "--platform") == ["linux/amd64"]
    assert values(call, "--device") == [f"nvidia.com/gpu={number}" for number in range(4)]
    assert values(call, "--workdir") == ["/models"]
    assert values(call, "--ipc") == ["host"]
    assert values(call, "--cpus") == ["72"]
    assert values(call, "--memory") == [str(64 << 30)]


def test_nothing_was_evaluated(ran: tuple[Service, Call], tmp_path: Path) -> None:
    assert not list(tmp_path.rglob("owned"))


def test_limits_that_the_system_does_not_allow_are_told_and_left_out(tmp_path: Path) -> None:
    service = placed(tmp_path, free_port())
    made = stubs(tmp_path)
    made.add("podman", INFO.replace(" cpu memory", " pids") + "exit 7")
    done = made.run(script(service))
    assert done.stderr.splitlines()[:2] == [
        "scout: not limited: --cpus=72",
        f"scout: not limited: --memory={64 << 30}",
    ]
    assert values(made.calls("podman")[1], "--cpus") == []


@pytest.mark.parametrize(
    ("accelerator", "devices", "variable"),
    [
        ("rocm", ["/dev/kfd", "/dev/dri"], "HIP_VISIBLE_DEVICES=0,1"),
        ("oneapi", ["/dev/dri"], "ZE_AFFINITY_MASK=0,1"),
    ],
)
def test_other_accelerators_are_files_of_dev_and_a_variable(
    accelerator: Accelerator, devices: list[str], variable: str
) -> None:
    service = dataclasses.replace(SERVICE, accelerator=accelerator, devices=2)
    words = run_words(service, HOPS)
    assert [word.removeprefix("--device=") for word in words if "--device" in word] == devices
    assert f"--env={variable}" in words
    assert "--group-add=keep-groups" in words


def test_a_job_may_say_which_accelerators_and_which_program() -> None:
    words = run_words(
        SERVICE,
        HOPS,
        extra=[Shell('--env=VLLM_HOST_IP="$ip"')],
        devices=[Shell('"${devices[@]}"')],
        command=[Shell("bash"), Shell("/run/cluster.sh")],
    )
    assert not [word for word in words if word.startswith("--device")]
    end = words.index(Shell("--entrypoint=bash"))
    assert words[end - 2 :] == [
        '"${devices[@]}"',
        '--env=VLLM_HOST_IP="$ip"',
        "--entrypoint=bash",
        SERVICE.image.reference,
        "/run/cluster.sh",
    ]


def test_several_nodes_are_refused() -> None:
    service = dataclasses.replace(SERVICE, nodes=4, gather="ray")
    assert list(unfit(service)) == ["podman starts one node, and not 4; take slurm or flux"]
    assert list(unfit(SERVICE)) == []


def test_the_variable_that_gives_accelerators_is_not_to_be_set() -> None:
    service = dataclasses.replace(SERVICE, environment={"CUDA_VISIBLE_DEVICES": "1"})
    assert [text.split(";")[0] for text in unfit(service)] == [
        "CUDA_VISIBLE_DEVICES is in its environment"
    ]
