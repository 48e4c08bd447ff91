"""A gateway that offers a model which nobody serves, or a program that asks for another one.

Looks at LiteLLM's settings (a ConfigMap with `model_list`) together with the pods behind its
addresses: the model that it passes requests on to is one that the vLLM behind `api_base` serves
(`--served-model-name`), under the same name; the key is read from a variable that the gateway's
pod has, and is the key of that vLLM; a model that vLLM serves for embedding (`--runner=pooling`) is
offered as one, and no other; requests end, settings are read from the file only, and the master
key comes from the environment. Programs that are given an `OPENAI_BASE_URL` of the gateway ask
(`*_MODEL`) for models that it offers. Tensor parallelism is the number of GPUs.

Otherwise the first question gets a 404 or a 401, from the model behind the gateway.

Write the same name on all sides.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from blueprints.check.cluster import cluster
from blueprints.check.cluster.addresses import addresses, service_of
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.components import command_line, component_of
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, at, labels, mapping, mappings, number, text
from blueprints.check.cluster.traffic import behind
from blueprints.check.cluster.workload import Container, Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.component_settings import value_of
from blueprints.check.rules.gpu_placement import gpus
from blueprints.check.settings import Settings

ID = "gateway-models"
LEVEL = Level.ERROR

_LIST = re.compile(r"^model_list:", re.MULTILINE)
_ENVIRON = "os.environ/"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Models that nobody serves."""
    known = cluster.of(repo, settings)
    offered: dict[tuple[str, str], set[str]] = {}
    for item in known.of_kind("ConfigMap"):
        for key, value in labels(item.data, "data").items():
            if not _LIST.search(value):
                continue
            try:
                said = mapping(yaml.safe_load(value))
            except (yaml.YAMLError, ValueError):
                continue
            pods = list(_readers(known, item))
            names = {text(entry, "model_name") for _, entry in mappings(said, "model_list")}
            for pod in pods:
                offered[known.namespace(item), pod.object.name] = names
            for words in _judge(known, item, said, pods):
                yield found(ID, LEVEL, item, ("data", key), f"{item} {words}")
    for workload in known.workloads:
        if (
            _is_gateway(workload)
            and (known.namespace(workload.object), workload.object.name) not in offered
        ):
            where = (*workload.spec_path, "containers")
            message = f"{workload.object} is a gateway and offers no model (model_list)"
            yield found(ID, LEVEL, workload.object, where, message)
        yield from _asks(known, workload, offered)
        yield from _parallel(workload)


def _is_gateway(workload: Workload) -> bool:
    return any(
        (component := component_of(text(one.data, "image"))) and component.name == "litellm"
        for one in workload.containers
    )


def _readers(known: Cluster, item: Object) -> Iterator[Workload]:
    for workload in known.workloads_in.get(known.namespace(item), ()):
        reads = any(
            one.kind == "ConfigMap" and one.name == item.name
            for one in known.references_of(workload)
        )
        if reads and _is_gateway(workload):
            yield workload


def _judge(
    known: Cluster, item: Object, said: dict[str, Any], pods: list[Workload]
) -> Iterator[str]:
    env = {
        text(entry, "name"): mapping(entry)
        for pod in pods
        for container in pod.containers
        for _, entry in mappings(container.data, "env")
    }
    names: set[str] = set()
    for _, entry in mappings(said, "model_list"):
        name = text(entry, "model_name")
        if name in names:
            yield f"offers {name} twice"
        names.add(name)
        yield from _model(known, item, entry, env)
    if text(said, "general_settings", "master_key") != f"{_ENVIRON}LITELLM_MASTER_KEY":
        yield "does not take its master key from LITELLM_MASTER_KEY"
    if "DATABASE_HOST" in env and at(said, "general_settings", "store_model_in_db") is not False:
        yield "takes models from its database too (store_model_in_db: false)"
    settings = mapping(said, "litellm_settings")
    if not number(settings, "request_timeout"):
        yield "lets a request wait for ever (request_timeout)"
    for field, wanted in (("drop_params", True), ("telemetry", False)):
        if settings.get(field) is not wanted:
            yield f"does not say {field}: {str(wanted).lower()}"


def _model(
    known: Cluster, item: Object, entry: dict[str, Any], env: dict[str, dict[str, Any]]
) -> Iterator[str]:
    name, params = text(entry, "model_name"), mapping(entry, "litellm_params")
    model = text(params, "model").partition("/")[2]
    key = text(params, "api_key")
    if not key.startswith(_ENVIRON):
        yield f"has the key of {name} in Git"
    elif key.removeprefix(_ENVIRON) not in env:
        yield f"reads {key.removeprefix(_ENVIRON)}, which its pod does not have"
    space = known.namespace(item)
    served = [
        (workload, container)
        for address in addresses(item, ("data",), text(params, "api_base"))
        if (place := service_of(known, address, space))
        and (service := known.get("Service", *place))
        for workload, _ in behind(known, service, address.port)
        for container in workload.containers
    ]
    if not text(params, "api_base").endswith("/v1"):
        yield f"asks for {name} at {text(params, 'api_base')}, which does not end in /v1"
    for workload, container in served:
        words = command_line(container.data)
        models = {
            form[1] for word in words if (form := re.fullmatch(r"--served-model-name=(\S+)", word))
        }
        if not models:
            continue
        if model not in models:
            yield (
                f"passes {name} on as {model or 'nothing'}; "
                f"{workload.object} serves {', '.join(models)}"
            )
        if name != model:
            yield f"offers {model} under another name, {name}"
        if not text(params, "model").startswith("hosted_vllm/"):
            yield f"speaks to {workload.object} as to something else than vLLM"
        mode = text(entry, "model_info", "mode")
        wanted = "embedding" if "--runner=pooling" in words else "chat"
        if mode != wanted:
            yield f"offers {name} for {mode or 'nothing'}; {workload.object} serves it for {wanted}"
        yield from _same_key(container, workload, env.get(key.removeprefix(_ENVIRON)), name)


def _same_key(
    container: Container, workload: Workload, mine: dict[str, Any] | None, name: str
) -> Iterator[str]:
    for _, entry in mappings(container.data, "env"):
        if text(entry, "name") != "VLLM_API_KEY" or mine is None:
            continue
        pairs = [
            (text(source, "name"), text(source, "key"))
            for source in (mapping(one, "valueFrom", "secretKeyRef") for one in (mine, entry))
        ]
        if pairs[0] != pairs[1]:
            yield f"shows another key for {name} than {workload.object} has"


def _asks(
    known: Cluster, workload: Workload, offered: dict[tuple[str, str], set[str]]
) -> Iterator[Finding]:
    space = known.namespace(workload.object)
    for container in workload.containers:
        entries = [*mappings(container.data, "env")]
        base = next((one for _, one in entries if text(one, "name") == "OPENAI_BASE_URL"), None)
        if base is None:
            continue
        models: set[str] | None = None
        for address in addresses(workload.object, (), value_of(known, workload, base) or ""):
            place = service_of(known, address, space)
            service = known.get("Service", *place) if place else None
            for pod, _ in behind(known, service, address.port) if service else ():
                models = offered.get((known.namespace(pod.object), pod.object.name))
        for index, entry in entries:
            name = text(entry, "name")
            asked = value_of(known, workload, entry) if name.endswith("_MODEL") else None
            if models and asked is not None and asked not in models:
                where: Path = (*container.path, "env", index)
                message = (
                    f"{workload.object} asks for {asked}; the gateway "
                    f"offers {', '.join(sorted(models))}"
                )
                yield found(ID, LEVEL, workload.object, where, message)


def _parallel(workload: Workload) -> Iterator[Finding]:
    for container in workload.containers:
        for word in command_line(container.data):
            form = re.fullmatch(r"--tensor-parallel-size=(\d+)", word)
            if form and int(form[1]) != gpus(workload):
                where = (*container.path, "args")
                message = (
                    f"{workload.object} splits its model over {form[1]} "
                    f"GPUs and asks for {gpus(workload)}"
                )
                yield found(ID, LEVEL, workload.object, where, message)
