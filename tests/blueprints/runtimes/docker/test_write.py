import dataclasses
from pathlib import Path

from blueprints.runtimes.docker import RUNTIME
from blueprints.runtimes.docker.write import unfit
from tests.blueprints.runtimes.example import HOPS, SERVICE, free_port, placed
from tests.blueprints.runtimes.law import written
from tests.blueprints.runtimes.stubs import Stubs, secret_file


def stubs(folder: Path) -> Stubs:
    made = Stubs(folder / "stubs")
    made.add("docker", "exit 7")
    made.add("curl")
    secret_file(made, "scout", {"VLLM_API_KEY": "key of the test"})
    return made


def test_what_arrives_is_the_service(tmp_path: Path) -> None:
    service = placed(tmp_path, free_port(), shared_memory=1 << 30)
    made = stubs(tmp_path)
    done = made.run(written(RUNTIME, service, HOPS)["serve.sh"])
    assert done.returncode == 7
    (call,) = made.calls("docker")
    models, cache = (one.host.replace('"', '""') for one in service.mounts)
    image = call.arguments.index(service.image.reference)
    assert sorted(call.arguments[:image]) == sorted(
        [
            "run",
            "--rm",
            "--name=scout",
            "--platform=linux/amd64",
            "--network=host",
            "--security-opt=no-new-privileges",
            f"--shm-size={1 << 30}",
            "--cpus=72",
            f"--memory={64 << 30}",
            *(f"--env={name}={value}" for name, value in service.environment.items()),
            "--env=VLLM_API_KEY",
            f'--mount=type=bind,"source={models}",target=/models,readonly',
            f'--mount=type=bind,"source={cache}",target=/cache',
            "--workdir=/models",
            "--gpus=4",
            "--entrypoint=vllm",
        ]
    )
    assert ("vllm", *call.arguments[image + 1 :]) == service.command
    assert call.environment["VLLM_API_KEY"] == "key of the test"


def test_proxies_of_dockers_own_settings_are_refused(tmp_path: Path) -> None:
    service = placed(tmp_path, free_port())
    made = stubs(tmp_path)
    settings = made.folder / "home" / ".docker" / "config.json"
    settings.parent.mkdir()
    settings.write_text('{"proxies": {"default": {"httpProxy": "http://192.0.2.1:3128"}}}')
    done = made.run(written(RUNTIME, service, HOPS)["serve.sh"])
    assert done.returncode == 1
    assert "would add proxies to the service" in done.stderr
    assert made.calls("docker") == []


def test_several_nodes_are_refused() -> None:
    service = dataclasses.replace(SERVICE, nodes=2, gather="ray")
    assert list(unfit(service)) == ["docker starts one node, and not 2; take slurm or flux"]
