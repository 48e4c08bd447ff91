import pytest

from blueprints.runtimes.reading.container import run_facts
from blueprints.runtimes.reading.run import Run
from blueprints.runtimes.runtime import ReadError


def found(*words: str) -> dict[str, str]:
    """Facts of a command line of options alone."""
    options = [word.partition("=") for word in words]
    pairs = tuple((name, value if equals else None) for name, equals, value in options)
    said = Run((*pairs, ("--entrypoint", "vllm")), "image@sha256:0", ("serve",), 1)
    return dict(run_facts(said, {"KEY": "a/b"}, "x.sh", (), ("--group-add=keep-groups",)))


def test_facts_are_those_of_a_service() -> None:
    assert found("--env=KEY", "--env=A=b=c", "--ipc=host", "--name=n", "--cpus=4") == {
        "image": "image@sha256:0",
        "name": "n",
        "argv.0": "vllm",
        "argv.1": "serve",
        "devices": "0",
        "secret.KEY": "a/b",
        "env.A": "b=c",
        "shared-memory": "0",
        "processors": "4",
        "memory": "0",
    }


@pytest.mark.parametrize(
    ("words", "kind", "devices"),
    [
        (("--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=1"), "cuda", "2"),
        (("--gpus=3",), "cuda", "3"),
        (("--device=/dev/dri", "--device=/dev/kfd"), "rocm", "0"),
        (
            ("--device=/dev/dri", "--device=/dev/kfd", "--env=HIP_VISIBLE_DEVICES=0,1"),
            "rocm",
            "2",
        ),
        (("--device=/dev/dri", "--env=ZE_AFFINITY_MASK=0"), "oneapi", "1"),
        (("--gpus=all",), None, "0"),
        (("--gpus=2", "--device=/dev/dri"), None, "0"),
        (("--device=/dev/sda",), None, "0"),
    ],
)
def test_accelerators_are_counted(words: tuple[str, ...], kind: str | None, devices: str) -> None:
    facts = found("--env=KEY", *words)
    assert (facts.get("accelerator"), facts["devices"]) == (kind, devices)
    assert not [fact for fact in facts if fact.startswith("env.")]


def test_a_variable_that_chooses_accelerators_where_nothing_is_shown_is_one_of_its_own() -> None:
    facts = found("--env=KEY", "--gpus=2", "--env=HIP_VISIBLE_DEVICES=0")
    assert facts["env.HIP_VISIBLE_DEVICES"] == "0"


def test_a_secret_that_does_not_go_in_is_told() -> None:
    assert found()["option.secret KEY"] == "exported, and not handed on"


@pytest.mark.parametrize(
    ("words", "size"),
    [
        (("--shm-size=1073741824",), "1073741824"),
        ((), "67108864"),
        (("--ipc=private",), "67108864"),
    ],
)
def test_shared_memory_is_64_mib_where_nothing_is_said(words: tuple[str, ...], size: str) -> None:
    assert found("--env=KEY", *words)["shared-memory"] == size


def test_what_is_not_known_is_a_fact() -> None:
    assert found("--env=KEY", "--ipc=private")["option.--ipc=private"] == "given"
    assert found("--env=KEY", "--device=/dev/dri")["option.--group-add=keep-groups"] == "missing"


def test_a_variable_stands_once() -> None:
    with pytest.raises(ReadError, match=r"x\.sh:1: A is given twice"):
        found("--env=A=1", "--env=A=2")
