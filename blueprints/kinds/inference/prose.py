"""What people read in a rendered repository: its README, and one for each model at each site.

Free text stays out: what is passed on is checked to be a plain word, or is text of tutela's own.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from blueprints.engine.blueprint import Owner, Prose
from blueprints.kinds.inference.documents.argocd import BESIDE, chart_of
from blueprints.kinds.inference.placed import Placed, placed
from blueprints.runtimes.runtime import Runtime
from blueprints.service.fit import figures, warnings
from blueprints.service.service import secret_file
from blueprints.service.site import HOSTS

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification


def prose(spec: "Specification") -> Iterator[Prose]:
    """The repository's own files, and one README for each model at each of its sites."""
    context = {
        "name": spec.name,
        "repository": spec.git.repository,
        "branch": spec.git.branch,
        "administrators": f"{spec.git.organisation}/{spec.administrators}",
        "argocd": spec.argocd.url,
        "namespace": spec.argocd.namespace,
        "store": spec.argocd.store,
        "git_key": spec.git.credentials,
        "on_delete": spec.argocd.on_delete,
        "git": spec.git.type,
        "ci": spec.ci,
        "cluster": "yes" if any(one.delivered for one in placed(spec)) else "",
    }
    blocks = {"models": table(spec)}
    yield Prose("repository", "", context, Owner.SHARED, blocks)
    for one in placed(spec):
        blocks = {"fit": fits(one), "start": start(spec, one), "cannot": cannot(one)}
        yield Prose("service", one.folder, _service(one), blocks=blocks)


def table(spec: "Specification") -> str:
    """Which model is served where, as Markdown."""
    rows = [
        f"| [{one.model.name}]({one.folder}/README.md) | `{one.model.source.repository}` "
        f"| {one.site.name} | {', '.join(each.name for each in one.runtimes)} |"
        for one in placed(spec)
    ]
    if not rows:
        return "None yet: `tutela model onboard MODEL.yaml .`"
    return "\n".join(["| Model | Source | Site | Runtimes |", "|---|---|---|---|", *rows])


def _service(one: Placed) -> dict[str, str]:
    service, site = one.service, one.site
    return {
        "model": one.model.name,
        "site": site.name,
        "source": one.model.source.repository,
        "engine": f"vLLM {one.model.engine.version}",
        "context": str(one.model.context),
        "nodes": str(service.nodes),
        "devices": str(service.devices),
        "product": site.accelerators.type.upper(),
        "gather": service.gather,
        "minutes": str(one.model.start_minutes),
        "port": str(service.port),
        "secrets": secret_file(service) if HOSTS & set(site.runtimes) else "",
        "key": one.model.api_key or "",
        "folder_of_models": site.folders.models if site.folders else "",
        "experimental": "yes" if site.network.transport == "cxi" else "",
    }


_OPEN: Final = (
    "**Warning:** its pods use the network of their nodes (`host_network`), for which no"
    " NetworkPolicy holds: whoever reaches the ports by which they find each other runs programs as"
    " the engine. Let nobody but these nodes reach them."
)


def fits(one: Placed) -> str:
    """What memory there is and what is needed, and what speaks against it."""
    said = [f"**Warning:** {text}." for text in warnings(one.model, one.site)]
    return "\n\n".join([figures(one.model, one.site), *said])


def start(spec: "Specification", one: Placed) -> str:
    """One line for each runtime: what to type, from the folder of the README."""
    lines = [f"- {runtime.name}: {_typed(spec, one, runtime)}" for runtime in one.runtimes]
    if spec.supply is not None and one.delivered is not None:
        job = f"../../../supply/{one.site.name}/{one.model.name}/kubernetes/fetch.yaml"
        lines.append(f"- weights, once, into the volume of a cluster: `kubectl apply -f {job}`")
    if any(runtime.name == "kubernetes" for runtime in one.runtimes) and _is_open(one):
        lines.append(f"\n{_OPEN}")
    return "\n".join(lines)


def _is_open(one: Placed) -> bool:
    """Whether its pods meet on the network of their nodes."""
    where = one.site.kubernetes
    return where is not None and where.host_network and one.service.nodes > 1


def _typed(spec: "Specification", one: Placed, runtime: Runtime) -> str:
    name = runtime.name
    namespace = one.site.kubernetes.namespace if one.site.kubernetes else ""
    told = "ArgoCD delivers it; by hand: " if runtime == one.delivered else ""
    match name:
        case "podman" | "docker":
            return f"`{name}/serve.sh`"
        case "apptainer":
            return "`apptainer/image.sh` once, then `apptainer/serve.sh`"
        case "slurm" | "flux":
            submit = "sbatch" if name == "slurm" else "flux batch"
            return (
                f"`cd {name} && {submit} job.sh`; with `{submit} job.sh keep` it is started again"
                " when it fails, and the next job follows before the time is over"
            )
        case "kubernetes":
            return f"{told}`kubectl apply --namespace {namespace} --recursive -f kubernetes`"
        case _:
            chart = chart_of(spec, name)
            where = f"oci://{chart.repository}/{chart.name}" if chart else "CHART"
            if chart and chart.repository.startswith("https://"):
                where = f"{chart.name} --repo {chart.repository}"
            version = f" --version {chart.version}" if chart else ""
            beside = ""
            if any(file.path.startswith(BESIDE) for file in runtime.write(one.service, one.site)):
                apply = f"kubectl apply --namespace {namespace} --filename {name}/{BESIDE}"
                beside = f" and `{apply}`"
            return (
                f"{told}`helm upgrade --install {one.service.name} {where}{version}"
                f" --namespace {namespace} --values {name}/values.yaml`{beside}"
            )


def cannot(one: Placed) -> str:
    """What is left out, and why: of a runtime that starts it, and runtimes that cannot."""
    lines = [
        f"- {runtime.name}, {fact.removesuffix('.*')}: {why}"
        for runtime in one.runtimes
        for fact, why in sorted(runtime.cannot.items())
    ]
    lines += [f"- {name} cannot start it: {why}" for name, why in one.unfit]
    return "\n".join(lines) or "Nothing: all of them say all of it."
