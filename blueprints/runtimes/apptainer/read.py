"""What scripts with ``apptainer exec`` and ``apptainer build`` say of their service."""

from collections.abc import Iterator, Mapping, Sequence

from blueprints.runtimes.reading import host
from blueprints.runtimes.reading.commands import Command
from blueprints.runtimes.reading.run import Said, bound, only, run
from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.service.facts import Facts

FIXED = (
    "--fakeroot",
    "--writable-tmpfs",
    "--cleanenv",
    "--no-eval",
    "--no-home",
    "--no-mount=cwd,hostfs,tmp",
    "--no-umask",
)
SWITCHES = (
    *(one for one in FIXED if "=" not in one),
    *("--nv", "--rocm", "--nvccli", "--contain", "-c", "--containall", "-C", "--compat", "-e"),
    *("--pid", "-p", "--ipc", "-i", "--userns", "-u", "--writable", "-w", "--no-init", "-f"),
)
_IMAGE = "image.sh"
_PREFIX = "APPTAINERENV_"
_VISIBLE = {
    "CUDA_VISIBLE_DEVICES": "cuda",
    "HIP_VISIBLE_DEVICES": "rocm",
    "ZE_AFFINITY_MASK": "oneapi",
}
_SWITCH = {"cuda": "--nv", "rocm": "--rocm"}
_PROXIES = ("http", "https", "no", "all", "ftp")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def read(files: Mapping[str, bytes]) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    commands = parse(host.text(files), host.SCRIPT)
    values = Values.of(commands, host.SCRIPT)
    made = Values.of(parse(host.text(files, _IMAGE), _IMAGE), _IMAGE)
    host.always(only(commands, "apptainer", "exec", host.SCRIPT), host.SCRIPT)
    return dict([*host.facts(values), *exec_facts(commands, values, made, host.SCRIPT)])


def exec_facts(
    commands: Sequence[Command], values: Values, made: Values, file: str
) -> Iterator[tuple[str, str]]:
    """What ``apptainer exec`` and the lines before it say; ``made``: what stands in the script
    that makes its image."""
    found = run(only(commands, "apptainer", "exec", file), values, SWITCHES, file)
    said = Said(found, file)
    yield from image_facts(found.image, values, made)
    for number, word in enumerate(found.arguments):
        yield f"argv.{number}", word
    secrets = host.secrets(commands, values)
    environment = dict(_exported(commands, values))
    home = said.one("--home", "-H")
    if home is not None:
        environment["HOME"] = home
    kind, devices = "", 0
    for name, accelerator in _VISIBLE.items():
        if name in environment:
            kind, devices = accelerator, len(set(environment.pop(name).split(",")))
    yield "accelerator", kind
    yield "devices", str(devices)
    for name, value in environment.items():
        yield f"env.{name}", value
    for name, key in secrets.items():
        yield f"secret.{name}", key
    for one in said.every("--mount"):
        try:
            yield bound(one)
        except ValueError as error:
            raise said.error(str(error)) from error
    folder = said.one("--cwd", "--pwd")
    if folder is not None:
        yield "working-folder", folder
    for name in sorted(_left(commands, found.line)):
        yield f"option.unset {name}", "missing"
    switch = _SWITCH.get(kind)
    yield from said.fixed((*FIXED, *([switch] if switch else [])))


def image_facts(path: str, values: Values, made: Values) -> Iterator[tuple[str, str]]:
    """The image that the file is made of, if it is the file that is made."""
    reference, sif = made.known.get("reference"), made.known.get("sif")
    machine = values.known.get("machine")
    if isinstance(reference, str) and isinstance(sif, str):
        digest = reference.partition("@sha256:")[2]
        same = sif == path and digest and path.endswith(f"-{digest}.sif")
        digests = made.known.get("digest") == f"sha256:{digest}"
        yield "image", reference if same and digests else f"{path}, and not {sif} of {reference}"
    if isinstance(machine, str) and machine == made.known.get("machine"):
        yield "architecture", _ARCHITECTURES.get(machine, machine)


def _left(commands: Sequence[Command], line: int) -> set[str]:
    """What of the caller's environment would reach the container or its options in spite of
    ``--cleanenv``: all that is not unset before the line."""
    left = {"!APPTAINER@", "!SINGULARITY@"}
    left |= {name for one in _PROXIES for name in (f"{one}_proxy", f"{one}_proxy".upper())}
    for number, command in enumerate(commands[:-1]):
        then = commands[number + 1]
        if command.program == "for" and command.line < line and not command.within:
            name = command.words[1].literal
            parts = [part for word in then.words[1:] for part in word.parts]
            if then.program == "unset" and [part.text for part in parts] == [name]:
                left -= {part.text for word in command.words[3:] for part in word.parts}
    return left


def _exported(commands: Sequence[Command], values: Values) -> Iterator[tuple[str, str]]:
    """Variables that the container gets, outside of the function that reads secrets."""
    for command in commands:
        if command.program != "export" or command.within:
            continue
        for text in values.words(command)[1:]:
            name, _, value = text.partition("=")
            if name.startswith(_PREFIX):
                yield name.removeprefix(_PREFIX), value
