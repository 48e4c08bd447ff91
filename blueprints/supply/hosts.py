"""Steps as scripts of a host: with Podman, Docker or Apptainer, by hand or as a batch job."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from blueprints.engine.blueprint import File
from blueprints.runtimes.apptainer import image as sif
from blueprints.runtimes.apptainer.write import before_lines, exec_words
from blueprints.runtimes.podman.write import run_words
from blueprints.runtimes.writing import host
from blueprints.runtimes.writing.container import mount
from blueprints.runtimes.writing.shell import Shell, call, quote
from blueprints.service.service import CERTIFICATES, MODELS, Mount, Probe, Service
from blueprints.service.site import HOSTS

if TYPE_CHECKING:
    from blueprints.service.site import Site
    from blueprints.supply.step import Step

HOURS: Final = 12
"""Of a batch job; one that is cut off goes on in the next."""
_END = "END OF STEP"
_HEAD = """set -euo pipefail
umask 022

name={name}
fail() {{
  printf '%s: %s\\n' "$name" "$1" >&2
  exit 1
}}
"""


def files(step: "Step", runtime: str, site: "Site") -> Iterator[File]:
    """The script of a step for one of the site's runtimes; Apptainer's comes with its image's."""
    service = _service(step, site)
    kept = replace(service, name=secrets_of(site, step))
    container = site.scheduler.container if runtime in ("slurm", "flux") else runtime
    if container == "apptainer":
        before, words = before_lines(kept, site, devices=Shell("''")), exec_words(service, site)
        tool = service.image.name.rpartition("/")[2]
        yield File(f"{step.name}-image.sh", sif.script(service, site), executable=True)
        title = f"its image: {step.name}-image.sh makes a file of {tool} first"
    else:
        before = host.secrets(kept)
        words = (
            run_words(service, site, devices=[], extra=[Shell("--interactive")])
            if container == "podman"
            else _docker(service)
        )
        title = "its container is removed when it ends"
    lines = [
        "#!/usr/bin/env bash",
        *_directives(step, runtime, site),
        f"# The {step.name} of a model; {title}.",
        _HEAD.format(name=quote(service.name)).rstrip("\n"),
    ]
    folders = [f"mkdir -p -- {quote(one.host)}" for one in service.mounts if not one.read_only]
    run = f"{call(words)} <<'{_END}'\n{step.script}{_END}\n"
    text = "\n".join([*lines, "", *folders]) + "\n" + before + "\n" + run
    yield File(f"{step.name}.sh", text.encode(), executable=True)


def secrets_of(site: "Site", step: "Step") -> str:
    """The name of the file of secrets at a site, without its ending: one for all that mirrors to
    the store, and one for what only reads there."""
    return f"{'fetch' if step.name == 'fetch' else 'mirror'}-{site.name}"


def runtimes(site: "Site") -> tuple[str, ...]:
    """Those of a site that are a host's."""
    return tuple(name for name in site.runtimes if name in HOSTS)


def _service(step: "Step", site: "Site") -> Service:
    """A container is a container: the step as a value that writers of runtimes know."""
    models = site.folders.models if site.folders else MODELS
    mounts = [Mount(MODELS, models, "models")]
    if site.certificates is not None:
        folder = site.certificates.rpartition("/")[0] or "/"
        mounts.append(Mount(CERTIFICATES, folder, "certificates", read_only=True))
    return Service(
        name=f"{step.model}-{step.name}",
        image=step.image,
        command=(step.shell, "-s", "--", *step.arguments),
        port=0,
        accelerator="oneapi",  # the one for which no runtime has an option of its own
        devices=0,
        mounts=tuple(mounts),
        probe=Probe("/", 1),
        environment=step.environment,
        secrets=step.secrets,
        shared_memory=64 << 20,
    )


def _docker(service: Service) -> list[Shell]:
    words = [
        "docker",
        "run",
        "--rm",
        "--interactive",
        f"--name={service.name}",
        f"--platform=linux/{service.image.architecture}",
        "--network=host",
        "--security-opt=no-new-privileges",
        *(f"--env={name}={value}" for name, value in service.environment.items()),
        *(f"--env={name}" for name in service.secrets),
        *(
            f"--mount={mount(one, *(['readonly'] if one.read_only else []))}"
            for one in service.mounts
        ),
        f"--entrypoint={service.command[0]}",
        service.image.reference,
        *service.command[1:],
    ]
    made = [quote(word) for word in words]
    # Files are whoever's who runs this, and not root's.
    made.insert(4, Shell('--user="$(id -u):$(id -g)"'))
    return made


def _directives(step: "Step", runtime: str, site: "Site") -> Iterator[str]:
    scheduler = site.scheduler
    name = f"{step.model}-{step.name}"
    if runtime == "slurm":
        yield f"#SBATCH --job-name={name}"
        yield "#SBATCH --nodes=1"
        yield "#SBATCH --ntasks=1"
        yield f"#SBATCH --time={HOURS}:00:00"
        if scheduler.partition:
            yield f"#SBATCH --partition={scheduler.partition}"
        if scheduler.account:
            yield f"#SBATCH --account={scheduler.account}"
        yield "#SBATCH --output=%x-%j.log"
    elif runtime == "flux":
        yield f"# flux: --job-name={name}"
        yield "# flux: --nodes=1"
        yield f"# flux: --time-limit={HOURS}h"
        if scheduler.partition:
            yield f"# flux: --queue={scheduler.partition}"
        if scheduler.account:
            yield f"# flux: --setattr=bank={scheduler.account}"
        yield "# flux: --output={{name}}-{{id}}.log"
