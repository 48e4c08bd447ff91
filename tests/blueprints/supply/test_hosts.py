"""What arrives at Podman, Docker and Apptainer is the step."""

import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.engine.blueprint import File
from blueprints.runtimes.apptainer.image import stem
from blueprints.supply.hosts import files, runtimes, secrets_of
from blueprints.supply.step import Step, steps
from tests.blueprints.runtimes.stubs import Call, Stubs, secret_file
from tests.blueprints.supply.cases import SUPPLY, cloud, model, site

SECRETS = {
    "HF_TOKEN": "hf_invented",
    "AWS_ACCESS_KEY_ID": "INVENTED",
    "AWS_SECRET_ACCESS_KEY": "in'vented $(id)",
}


def ready(folder: Path, runtime: str, number: int) -> tuple[Step, bytes, Stubs]:
    where = site(folders={name: str(folder / name) for name in ("models", "cache", "images")})
    step = steps(model(), where, SUPPLY)[number]
    made = Stubs(folder / "stubs")
    for name in ("podman", "docker", "apptainer"):
        made.add(name, 'cat > "$STUBS/stdin"')
    made.add("uname", "echo x86_64")
    secret_file(made, secrets_of(where, step), SECRETS)
    every = {one.path: one for one in files(step, runtime, where)}
    if runtime == "apptainer":
        assert f"{step.name}-image.sh" in every
        file = folder / "images" / f"{stem(step.image)}.sif"
        file.parent.mkdir()
        file.touch()
    script: File = every[f"{step.name}.sh"]
    assert script.executable
    return step, script.content, made


def variables(call: Call) -> dict[str, str]:
    """What a container gets by ``--env``: values said, or taken from the caller's environment."""
    said = [one.removeprefix("--env=") for one in call.arguments if one.startswith("--env=")]
    return {
        name: value if given else call.environment[name]
        for name, given, value in (one.partition("=") for one in said)
    }


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    ("runtime", "program"), [("podman", "podman"), ("docker", "docker"), ("slurm", "podman")]
)
def test_what_arrives_is_the_step(runtime: str, program: str, number: int, tmp_path: Path) -> None:
    step, text, made = ready(tmp_path, runtime, number)
    done = made.run(text)
    assert done.returncode == 0, done.stderr
    (call,) = made.calls(program)
    words = call.arguments
    at = words.index(step.image.reference)
    assert words[at - 1] == f"--entrypoint={step.shell}"
    assert words[at + 1 :] == ("-s", "--", *step.arguments)
    expected = {**step.environment, **{name: SECRETS[name] for name in step.secrets}}
    assert variables(call) == expected
    assert not any(value in word for word in words for value in SECRETS.values())
    assert (made.folder / "calls" / "stdin").read_text() == step.script
    assert "--interactive" in words
    assert f"--mount=type=bind,source={tmp_path}/models,target=/models" in words


@pytest.mark.parametrize("number", [0, 1])
def test_what_arrives_at_apptainer_is_the_step(number: int, tmp_path: Path) -> None:
    step, text, made = ready(tmp_path, "apptainer", number)
    done = made.run(text)
    assert done.returncode == 0, done.stderr
    (call,) = made.calls("apptainer")
    assert call.arguments[-len(step.arguments) - 3 :] == (step.shell, "-s", "--", *step.arguments)
    got = {
        name.removeprefix("APPTAINERENV_"): value
        for name, value in call.environment.items()
        if name.startswith("APPTAINERENV_")
    }
    expected = {**step.environment, **{name: SECRETS[name] for name in step.secrets}}
    assert {name: got.get(name) for name in expected if name != "HOME"} == {
        name: value for name, value in expected.items() if name != "HOME"
    }
    assert "--home=/tmp" in call.arguments
    assert "--nv" not in call.arguments
    assert (made.folder / "calls" / "stdin").read_text() == step.script


def test_a_secret_that_others_may_read_is_not_taken(tmp_path: Path) -> None:
    _, text, made = ready(tmp_path, "podman", 1)
    (made.folder / "home/.config/tutela/mirror-desk.env").chmod(0o644)
    done = made.run(text)
    assert done.returncode == 1
    assert "others may read" in done.stderr
    assert made.calls("podman") == []


def test_batch_systems_are_told_where_and_how_long(tmp_path: Path) -> None:
    _, text, _ = ready(tmp_path, "slurm", 0)
    lines = text.decode().split("\n")
    assert lines[0] == "#!/usr/bin/env bash"
    assert "#SBATCH --job-name=apertus-download" in lines
    assert "#SBATCH --partition=normal" in lines
    assert "#SBATCH --account=ml" in lines
    scheduler = {"type": "flux", "partition": "batch", "account": "ml"}
    flux = site(runtimes=["flux"], scheduler=scheduler)
    (file,) = files(steps(model(), flux, SUPPLY)[0], "flux", flux)
    assert b"# flux: --queue=batch\n# flux: --setattr=bank=ml\n" in file.content


def test_a_batch_system_with_apptainer_starts_apptainer(tmp_path: Path) -> None:
    where = site(scheduler={"type": "slurm", "container": "apptainer"})
    every = {one.path for one in files(steps(model(), where, SUPPLY)[1], "slurm", where)}
    assert every == {"upload.sh", "upload-image.sh"}


def test_scripts_are_scripts(tmp_path: Path) -> None:
    where = site()
    for runtime in runtimes(where):
        for step in steps(model(), where, SUPPLY):
            for file in files(step, runtime, where):
                path = tmp_path / runtime / file.path
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(file.content)
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", *tmp_path.rglob("*.sh")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_cluster_has_no_runtime_of_a_host() -> None:
    assert runtimes(cloud()) == ()
