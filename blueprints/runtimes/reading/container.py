"""What ``podman run`` and ``docker run`` say of their service: the options that both have."""

from collections.abc import Iterator, Mapping, Sequence

from blueprints.runtimes.reading.run import Run, Said, bound

SWITCHES = ("--rm", "--init", "--privileged", "--read-only", "--detach", "-d", "-it", "-i", "-t")
"""Options of both that take no value."""
_GPU = "nvidia.com/gpu="
_VISIBLE = {"rocm": "HIP_VISIBLE_DEVICES", "oneapi": "ZE_AFFINITY_MASK"}


def run_facts(
    found: Run, secrets: Mapping[str, str], file: str, fixed: Sequence[str], groups: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Its facts, as far as the command line has them.

    ``secrets``: the key of each variable that is exported before it. ``fixed``: options that have
    to stand there whatever the service is; ``groups``: those too, where accelerators are files of
    ``/dev``. Any other option is a fact that no service has.
    """
    said = Said(found, file)
    yield "image", found.image
    yield from _text("name", said.one("--name"))
    yield from _text("architecture", _architecture(said))
    yield from _text("working-folder", said.one("--workdir", "-w"))
    program = said.one("--entrypoint")
    for number, word in enumerate((*([program] if program else []), *found.arguments)):
        yield f"argv.{number}", word
    environment = dict(_environment(said))
    kind, devices = _devices(said, environment)
    yield from _text("accelerator", kind)
    yield "devices", str(devices)
    for name, value in environment.items():
        if value is None:
            yield f"secret.{name}", secrets.get(name, "")
        else:
            yield f"env.{name}", value
    for name in secrets.keys() - environment.keys():
        yield f"option.secret {name}", "exported, and not handed on"
    for one in said.every("--mount"):
        try:
            yield bound(one)
        except ValueError as error:
            raise said.error(str(error)) from error
    yield "shared-memory", _shared(said)
    yield from _text("processors", said.one("--cpus"))
    yield "memory", said.one("--memory", "-m") or "0"
    yield from said.fixed((*fixed, *(groups if kind in _VISIBLE else ())))


def _text(fact: str, value: str | None) -> Iterator[tuple[str, str]]:
    if value is not None:
        yield fact, value


def _architecture(said: Said) -> str | None:
    platform = said.one("--platform")
    return platform.removeprefix("linux/") if platform else None


def _environment(said: Said) -> Iterator[tuple[str, str | None]]:
    """None for a variable whose value the shell has."""
    seen = set()
    for one in said.every("--env", "-e"):
        name, equals, value = one.partition("=")
        if name in seen:
            raise said.error(f"{name} is given twice")
        seen.add(name)
        yield name, value if equals else None


def _devices(said: Said, environment: dict[str, str | None]) -> tuple[str | None, int]:
    """Which accelerators, and how many; the variable that says how many is taken out."""
    count = said.one("--gpus")
    given = said.every("--device")
    if count is not None:
        return ("cuda", int(count)) if count.isdigit() and not given else (None, 0)
    if given and all(one.startswith(_GPU) for one in given):
        return "cuda", len(set(given))
    kinds = {("/dev/dri", "/dev/kfd"): "rocm", ("/dev/dri",): "oneapi"}
    kind = kinds.get(tuple(sorted(given)))
    if kind is None:
        return None, 0
    visible = environment.pop(_VISIBLE[kind], None)
    return kind, len(set(visible.split(","))) if visible else 0


def _shared(said: Said) -> str:
    """Their own default where nothing is said: 64 MiB."""
    size = said.one("--shm-size")
    if size is None and ("--ipc", "host") in said.left:
        said.every("--ipc")
        return "0"
    return size or str(64 << 20)
