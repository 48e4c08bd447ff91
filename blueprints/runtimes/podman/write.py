"""``serve.sh`` with ``podman run``."""

from collections.abc import Iterable, Iterator, Sequence

from blueprints.engine.blueprint import File
from blueprints.runtimes.writing import host
from blueprints.runtimes.writing.container import VISIBLE, alone, mount, visible
from blueprints.runtimes.writing.shell import Shell, quote
from blueprints.service.service import Service
from blueprints.service.site import Site

_STOP = """podman stop -t 60 -- "$name" >/dev/null 2>&1 || true
kill -TERM -- "-$server" 2>/dev/null || true
wait "$server" || true
"""
_LIMITS = """
# Without root, Podman can limit only what the system has handed over to the user.
controllers=" $(podman info --format '{{range .Host.CgroupControllers}}{{.}} {{end}}') "
limits=()
"""
_LIMIT = """case "$controllers" in
  *" CONTROLLER "*) limits+=(OPTION) ;;
  *) printf '%s: not limited: %s\\n' "$name" OPTION >&2 ;;
esac
"""


def write(service: Service, site: Site) -> Iterable[File]:
    """The script; see :data:`blueprints.runtimes.runtime.Writer`."""
    title = "Serves with Podman on this node; ends when the server ends, with its code."
    before = host.secrets(service) + _limits(service)
    words = run_words(service, site, extra=[Shell('"${limits[@]}"')])
    yield File("serve.sh", host.script(service, title, before, words, _STOP), executable=True)


def unfit(service: Service) -> Iterator[str]:
    """Why Podman alone cannot start it."""
    yield from alone(service, "podman")


def run_words(
    service: Service,
    site: Site,
    *,
    extra: Sequence[Shell] = (),
    devices: Sequence[Shell] | None = None,
    command: Sequence[Shell] | None = None,
) -> list[Shell]:
    """``podman run ..`` as words of a script, quoted where they have to be.

    ``extra``: more options, as the script has them. ``devices``: options that give the
    accelerators, instead of the first ones of the node by number. ``command``: program and
    arguments, instead of the service's. A secret's variable has to be exported before, as
    :func:`blueprints.runtimes.writing.host.secrets` does.
    """
    program, *arguments = command if command is not None else map(quote, service.command)
    return [
        Shell("podman"),
        Shell("run"),
        *map(quote, _options(service)),
        *(devices if devices is not None else map(quote, _devices(service))),
        *extra,
        Shell(f"--entrypoint={program}"),
        quote(service.image.reference),
        *arguments,
    ]


def _options(service: Service) -> Iterator[str]:
    yield "--rm"
    yield f"--name={service.name}"
    yield f"--platform=linux/{service.image.architecture}"
    yield "--network=host"
    # Podman hands on the host's proxies by itself.
    yield "--http-proxy=false"
    yield "--security-opt=no-new-privileges"
    if service.shared_memory:
        yield f"--shm-size={service.shared_memory}"
    else:
        yield "--ipc=host"
    for name, value in service.environment.items():
        yield f"--env={name}={value}"
    for name in service.secrets:
        yield f"--env={name}"
    for one in service.mounts:
        yield f"--mount={mount(one, *(['readonly'] if one.read_only else []))}"
    yield f"--workdir={service.working_folder}"


def _devices(service: Service) -> Iterator[str]:
    if service.accelerator == "cuda":
        yield from (f"--device=nvidia.com/gpu={number}" for number in range(service.devices))
        return
    if service.accelerator == "rocm":
        yield "--device=/dev/kfd"
    yield "--device=/dev/dri"
    # The groups that may open them are the caller's, not the image's.
    yield "--group-add=keep-groups"
    yield f"--env={VISIBLE[service.accelerator]}={visible(service)}"


def _limits(service: Service) -> str:
    """Lines that set the list ``limits``."""
    asked = {"cpu": f"--cpus={service.processors}"}
    if service.memory:
        asked["memory"] = f"--memory={service.memory}"
    return _LIMITS + "".join(
        _LIMIT.replace("CONTROLLER", name).replace("OPTION", quote(option))
        for name, option in asked.items()
    )
