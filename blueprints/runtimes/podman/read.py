"""What a script with ``podman run`` says of its service."""

from collections.abc import Iterator, Mapping, Sequence

from blueprints.runtimes.reading import host
from blueprints.runtimes.reading.run import Run, Said, bound, only, run
from blueprints.runtimes.reading.shell import Values, parse
from blueprints.service.facts import Facts

SWITCHES = ("--rm",)
_FIXED = ("--rm", "--network=host", "--http-proxy=false", "--security-opt=no-new-privileges")
_GPU = "nvidia.com/gpu="
_VISIBLE = {"rocm": "HIP_VISIBLE_DEVICES", "oneapi": "ZE_AFFINITY_MASK"}


def read(files: Mapping[str, bytes]) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    commands = parse(host.text(files), host.SCRIPT)
    values = Values.of(commands, host.SCRIPT)
    values.known["limits"] = host.gathered(commands, values, "limits")
    secrets = host.secrets(commands, values)
    command = only(commands, "podman", "run", host.SCRIPT)
    found = run(command, values, SWITCHES, host.SCRIPT)
    return dict([*host.facts(values), *run_facts(found, secrets, host.SCRIPT)])


def run_facts(
    found: Run, secrets: Mapping[str, str], file: str, also: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """What a ``podman run`` says; ``secrets``: the key of each variable that is exported before
    it; ``also``: options that have to stand there beyond those of a node alone."""
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
    groups = ("--group-add=keep-groups",) if kind in _VISIBLE else ()
    yield from said.fixed((*_FIXED, *groups, *also))


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
    given = said.every("--device")
    if given and all(one.startswith(_GPU) for one in given):
        return "cuda", len(set(given))
    kinds = {("/dev/dri", "/dev/kfd"): "rocm", ("/dev/dri",): "oneapi"}
    kind = kinds.get(tuple(sorted(given)))
    if kind is None:
        return None, 0
    visible = environment.pop(_VISIBLE[kind], None)
    return kind, len(set(visible.split(","))) if visible else 0


def _shared(said: Said) -> str:
    """Podman's own default where nothing is said: 64 MiB."""
    size = said.one("--shm-size")
    if size is None and ("--ipc", "host") in said.left:
        said.every("--ipc")
        return "0"
    return size or str(64 << 20)
