import re

import pytest

from blueprints.runtimes.reading.run import Run, Said, bound, mount, only, run
from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.runtimes.runtime import ReadError


def taken(text: str) -> Run:
    commands = parse(f"\n{text}\n", "x.sh")
    command = only(commands, "podman", "run", "x.sh")
    return run(command, Values.of(commands, "x.sh"), ("--rm",), "x.sh")


def test_a_command_line_is_options_image_and_arguments() -> None:
    assert taken("podman run --rm --name=a -e X=1 --env=Y=a=b image serve --port=8000") == Run(
        (("--rm", None), ("--name", "a"), ("-e", "X=1"), ("--env", "Y=a=b")),
        "image",
        ("serve", "--port=8000"),
        2,
    )


def test_options_of_the_engine_are_not_options_of_the_program() -> None:
    assert taken("podman run image --rm").arguments == ("--rm",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("podman run --rm", "x.sh:2: no image is named"),
        ("podman run --name", "x.sh:2: no image is named"),
        ("podman pull image", "x.sh:1: podman run stands 0 times, not once"),
        ("podman() { true; }; podman run a", "x.sh:2: podman is a function of the script itself"),
        ("podman run a; podman run b", "x.sh:1: podman run stands 2 times, not once"),
    ],
)
def test_what_starts_no_container_is_refused(text: str, said: str) -> None:
    with pytest.raises(ReadError, match=re.escape(said)):
        taken(text)


def said(*options: tuple[str, str | None]) -> Said:
    return Said(Run(options, "image", (), 3), "x.sh")


def test_what_was_not_understood_is_a_fact_of_its_own() -> None:
    one = said(("--rm", None), ("--name", "a"), ("--pid", "host"), ("--tty", None))
    assert one.one("--name", "-n") == "a"
    assert dict(one.fixed(("--rm", "--read-only"))) == {
        "option.--read-only": "missing",
        "option.--pid=host": "given",
        "option.--tty": "given",
    }


def test_a_switch_that_stands_twice_is_told() -> None:
    assert dict(said(("--rm", None), ("--rm", None)).fixed(("--rm",))) == {
        "option.--rm": "given 2 times"
    }


def test_an_option_that_may_stand_once_is_refused_twice() -> None:
    with pytest.raises(ReadError, match=r"x\.sh:3: --name stands 2 times"):
        said(("--name", "a"), ("-n", "b")).one("--name", "-n")


def test_every_value_of_an_option_is_taken_in_order() -> None:
    one = said(("-e", "a"), ("--rm", None), ("--env", "b"))
    assert (one.every("--env", "-e"), one.left) == (["a", "b"], [("--rm", None)])


def test_fields_of_a_mount_may_hold_commas_and_quotes() -> None:
    assert mount('type=bind,"source=/a,""b""",target=/c,ro') == {
        "type": "bind",
        "source": '/a,"b"',
        "target": "/c",
        "ro": "true",
    }


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("type=bind,source=/a,target=/c", ("mount./c", "/a rw")),
        ("type=bind,src=/a,dst=/c,readonly", ("mount./c", "/a ro")),
        ("type=bind,src=/a,destination=/c,ro=true", ("mount./c", "/a ro")),
        ("type=bind,src=/a,dst=/c,readonly=false", ("mount./c", "/a rw")),
        ("type=bind,src=/a,dst=/c,relabel=shared", ("mount./c", "/a rw relabel=shared")),
    ],
)
def test_a_mount_is_a_fact(text: str, fact: tuple[str, str]) -> None:
    assert bound(text) == fact


@pytest.mark.parametrize(
    "text", ["", "type=tmpfs,target=/c", "type=bind,target=/c", "type=bind,src=/a,dst=/c,ro=maybe"]
)
def test_other_mounts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a folder of the host"):
        bound(text)


@pytest.mark.parametrize("text", ["type=bind,\rsource=/a", 'type="bind"x,source=/a'])
def test_quotes_that_do_not_fit_are_no_mount(text: str) -> None:
    with pytest.raises(ValueError, match="source=/a"):
        bound(text)
