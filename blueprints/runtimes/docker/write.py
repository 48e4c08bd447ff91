"""``serve.sh`` with ``docker run``."""

from collections.abc import Iterable, Iterator

from blueprints.engine.blueprint import File
from blueprints.runtimes.writing import host
from blueprints.runtimes.writing.container import VISIBLE, alone, mount, visible
from blueprints.runtimes.writing.shell import quoted
from blueprints.service.service import Service
from blueprints.service.site import Site

_STOP = """docker stop -t 60 -- "$name" >/dev/null 2>&1 || true
kill -TERM -- "-$server" 2>/dev/null || true
wait "$server" || true
"""
_PROXIES = """
# Docker's client puts the proxies of its own settings into every container.
settings="${DOCKER_CONFIG:-$HOME/.docker}/config.json"
if [ -f "$settings" ] && grep -q '"proxies"' -- "$settings"; then
  fail "$settings would add proxies to the service; take them out, the site's profile has its own"
fi
"""


def write(service: Service, site: Site) -> Iterable[File]:
    """The script; see :data:`blueprints.runtimes.runtime.Writer`."""
    title = "Serves with Docker on this node; ends when the server ends, with its code."
    before = host.secrets(service) + _PROXIES
    words = quoted(["docker", "run", *_options(service), service.image.reference, *_rest(service)])
    yield File("serve.sh", host.script(service, title, before, words, _STOP), executable=True)


def unfit(service: Service) -> Iterator[str]:
    """Why Docker alone cannot start it."""
    yield from alone(service, "docker")


def _rest(service: Service) -> tuple[str, ...]:
    return service.command[1:]


def _options(service: Service) -> Iterator[str]:
    yield "--rm"
    yield f"--name={service.name}"
    yield f"--platform=linux/{service.image.architecture}"
    yield "--network=host"
    yield "--security-opt=no-new-privileges"
    if service.shared_memory:
        yield f"--shm-size={service.shared_memory}"
    else:
        yield "--ipc=host"
    yield f"--cpus={service.processors}"
    if service.memory:
        yield f"--memory={service.memory}"
    for name, value in service.environment.items():
        yield f"--env={name}={value}"
    for name in service.secrets:
        yield f"--env={name}"
    for one in service.mounts:
        yield f"--mount={mount(one, *(['readonly'] if one.read_only else []))}"
    yield f"--workdir={service.working_folder}"
    yield from _devices(service)
    yield f"--entrypoint={service.command[0]}"


def _devices(service: Service) -> Iterator[str]:
    if service.accelerator == "cuda":
        yield f"--gpus={service.devices}"
        return
    if service.accelerator == "rocm":
        yield "--device=/dev/kfd"
    yield "--device=/dev/dri"
    yield f"--env={VISIBLE[service.accelerator]}={visible(service)}"
