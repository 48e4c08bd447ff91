"""``serve.sh`` with ``apptainer exec``, and ``image.sh`` that makes its image.

Variables go in as ``APPTAINERENV_..`` and not by ``--env``, which would split at commas; with
``--no-eval`` their values are not evaluated. ``HOME`` can only be set by ``--home``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from blueprints.engine.blueprint import File
from blueprints.runtimes.apptainer import image
from blueprints.runtimes.writing import host
from blueprints.runtimes.writing.container import VISIBLE, alone, mount, visible
from blueprints.runtimes.writing.shell import Shell, quote
from blueprints.service.service import Service
from blueprints.service.site import Site

PREFIX: Final = "APPTAINERENV_"
CANNOT: Final[Mapping[str, str]] = {
    "name": "apptainer exec gives its process no name",
    "shared-memory": "the container has the host's own /dev/shm, whatever its size",
    "processors": "limits need control groups that systemd hands over; batch systems set them",
    "memory": "limits need control groups that systemd hands over; batch systems set them",
}
_NEVER: Final = (
    "UID",
    "GID",
    "APPTAINER_SHELL",
    "APPTAINER_APPNAME",
    "PREPEND_PATH",
    "APPEND_PATH",
)
_OPTIONS: Final = (
    "--fakeroot",
    "--writable-tmpfs",
    "--cleanenv",
    "--no-eval",
    "--no-home",
    "--no-mount=cwd,hostfs,tmp",
    "--no-umask",
)
_CLEAN: Final = """
# Apptainer takes options from its own variables, and hands proxies on even with --cleanenv.
for variable in "${!APPTAINER@}" "${!SINGULARITY@}" http_proxy HTTP_PROXY https_proxy HTTPS_PROXY \\
  no_proxy NO_PROXY all_proxy ALL_PROXY ftp_proxy FTP_PROXY; do
  unset "$variable"
done
"""
_STOP: Final = """kill -TERM -- "-$server" 2>/dev/null || true
for _ in {1..60}; do
  kill -0 -- "-$server" 2>/dev/null || break
  sleep 1
done
kill -KILL -- "-$server" 2>/dev/null || true
wait "$server" || true
"""
_CHECK: Final = """
machine={machine}
sif={sif}
[ "$(uname -m)" = "$machine" ] || fail "is for $machine, and this node is $(uname -m)"
[ -f "$sif" ] || fail "there is no $sif; ./image.sh makes it"
"""


def write(service: Service, site: Site) -> Iterable[File]:
    """The scripts; see :data:`blueprints.runtimes.runtime.Writer`."""
    title = "Serves with Apptainer on this node; ends when the server ends, with its code."
    words = exec_words(service, site)
    before = before_lines(service, site)
    yield File("serve.sh", host.script(service, title, before, words, _STOP), executable=True)
    yield File("image.sh", image.script(service, site), executable=True)


def unfit(service: Service) -> Iterator[str]:
    """Why Apptainer alone cannot start it."""
    yield from alone(service, "apptainer")
    for name, value in service.environment.items():
        if name in _NEVER:
            yield f"apptainer does not let {name} be set"
        elif "\\u000A" in value:
            yield f"apptainer reads \\u000A in the value of {name} as the end of a line"


def before_lines(service: Service, site: Site, *, devices: Shell | None = None) -> str:
    """Lines that check node and image, and export what the container gets; they need ``fail``.

    ``devices``: the list of accelerators that it sees, instead of the first ones by number.
    """
    shown = f"export {PREFIX}{VISIBLE[service.accelerator]}={devices or quote(visible(service))}\n"
    exports = "".join(
        f"export {PREFIX}{name}={quote(value)}\n"
        for name, value in service.environment.items()
        if name != "HOME"
    )
    check = _CHECK.format(
        machine=image.MACHINES[service.image.architecture], sif=quote(image.sif(service, site))
    )
    return check + _CLEAN + exports + shown + host.secrets(service, PREFIX)


def exec_words(
    service: Service,
    site: Site,
    *,
    extra: Sequence[Shell] = (),
    command: Sequence[Shell] | None = None,
) -> list[Shell]:
    """``apptainer exec ..`` as words of a script; :func:`before_lines` have to run before it.

    ``extra``: more options; ``command``: program and arguments, instead of the service's.
    """
    return [
        Shell("apptainer"),
        Shell("exec"),
        *map(quote, _options(service)),
        *extra,
        Shell('"$sif"'),
        *(command if command is not None else map(quote, service.command)),
    ]


def _options(service: Service) -> Iterator[str]:
    yield from _OPTIONS
    if "HOME" in service.environment:
        yield f"--home={service.environment['HOME']}"
    for one in service.mounts:
        yield f"--mount={mount(one, *(['ro'] if one.read_only else []))}"
    yield f"--cwd={service.working_folder}"
    if service.accelerator == "cuda":
        yield "--nv"
    elif service.accelerator == "rocm":
        yield "--rocm"
