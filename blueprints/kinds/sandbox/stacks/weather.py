"""A weather model without any language model: Triton and a forecast every few hours, as a chart.

A model is one that Triton can load (ONNX, TorchScript ..) and that makes the next state of the
atmosphere from one; analyses and forecasts lie in a bucket of the project. The chart's templates
stand in ``charts/weather``; every value of a specification reaches them through ``values.yaml``,
under a schema that knows no other. There is no ``.helmignore``: in other charts it hides
``values.schema.json``, and then nobody reads it.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from blueprints.emit.json import json_text
from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.stacks import fit
from blueprints.kinds.sandbox.stacks.base import StackModel
from blueprints.kinds.sandbox.stacks.component import Component, policies
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import HTTP, Object, Resources
from blueprints.kinds.sandbox.stacks.roles.app import program
from blueprints.parts.names import LabelValue, Quantity, Schedule, ShortName, SubPath

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

IMAGES = ("triton", "forecast")
PORT = 8000
_CHART = Path(__file__).parent / "charts" / "weather"
_VERSION = "1.0.0"


class Weather(StackModel):
    """Forecasts by a learned model of the atmosphere."""

    kind: Literal["weather"]
    model: LabelValue
    """Its name in Triton's model repository."""
    input: LabelValue = "input"
    """The model's one input, a state as FP32."""
    output: LabelValue = "output"
    volume: ShortName
    """An entry under ``data: {volumes: ..}`` of type filesystem."""
    path: SubPath
    """The model repository below the volume: ``<path>/<model>/config.pbtxt``."""
    gpus: Annotated[int, Field(strict=True, ge=1, le=8)] = 1
    cpu: Quantity = "8"
    memory: Quantity = "64Gi"
    bucket: ShortName
    """The entry under ``data: {s3: ..}`` with ``<stack>/analyses/``; forecasts go beside them."""
    schedule: Schedule = "35 5 * * *"
    """UTC."""
    steps: Annotated[int, Field(strict=True, ge=1, le=999)] = 40

    def images(self) -> tuple[str, ...]:
        """Triton, and Python with tritonclient, numpy and boto3."""
        return IMAGES

    def problems(self, project: "Project", site: "Site") -> Iterable[str]:
        """What it names and the project has not."""
        yield from fit.volume(project, self.volume)
        yield from fit.gpus(project, self.gpus)
        yield from fit.memory(self.memory)
        yield from fit.buckets(project, [self.bucket])


def documents(project: "Project", stack: Weather, site: "Site") -> Iterator[File]:
    """The chart."""
    place = Place(site, project, stack.name)
    at = f"stacks/{stack.name}"
    chart: Object = {
        "apiVersion": "v2",
        "name": "weather",
        "description": "A weather model on accelerator nodes, and a forecast on a schedule",
        "type": "application",
        "version": _VERSION,
        "kubeVersion": f">=1.{min(int(one[2:]) for one in site.kubernetes)}.0-0",
    }
    yield File(f"{at}/Chart.yaml", yaml_text([chart]))
    yield File(f"{at}/values.yaml", yaml_text([_values(place, stack)]))
    yield File(f"{at}/values.schema.json", _schema_text())
    for name, text in _templates():
        yield File(f"{at}/templates/{name}", text)
    yield File(f"{at}/files/cycle.py", program("cycle").encode())


def network(project: "Project", stack: Weather, site: "Site") -> Iterator[Object]:
    """The forecast asks the model; nobody else does."""
    place = Place(site, project, stack.name)
    return policies(
        place,
        (
            Component("model", "triton", (), {HTTP: PORT}),
            Component("cycle", "forecast", (), calls=[("model", HTTP)]),
        ),
    )


@cache
def _templates() -> tuple[tuple[str, bytes], ...]:
    folder = _CHART / "templates"
    return tuple((file.name, file.read_bytes()) for file in sorted(folder.iterdir()))


def _values(place: Place, stack: Weather) -> Object:
    devices = ((profiles.gpu_resource(place.site), stack.gpus),)
    return {
        "instance": stack.name,
        "partOf": place.project.name,
        "model": {
            "image": place.image("triton"),
            "name": stack.model,
            "input": stack.input,
            "output": stack.output,
            "volume": stack.volume,
            "path": stack.path,
            "port": PORT,
            "resources": Resources(stack.cpu, stack.memory, "1Gi", devices).amounts(),
            "placement": place.on_accelerators(),
        },
        "cycle": {
            "image": place.image("forecast"),
            "schedule": stack.schedule,
            "steps": stack.steps,
            "prefix": stack.name,
            "bucket": stack.bucket,
            "resources": Resources("2", "8Gi", "4Gi").amounts(),
            "placement": place.on_virtual_machines(),
        },
    }


@cache
def _schema_text() -> bytes:
    """The same for every project."""
    return json_text(_schema())


def _schema() -> Object:
    """Every value is needed and no other is known: a slip of the pen is told by ``helm lint``."""
    name = _text(r"^[a-z]([a-z0-9-]*[a-z0-9])?$", 63)
    word = _text(r"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$", 63)
    image = _text(r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+(:[A-Za-z0-9_.-]+)?@sha256:[0-9a-f]{64}$")
    path = _text(r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$", 200)
    amount = _text(r"^[1-9][0-9]*(m|k|[KMGTP]i|[MGTP])?$", 18)
    resources: Object = {
        "type": "object",
        "required": ["cpu", "memory", "ephemeral-storage"],
        "properties": {"cpu": amount, "memory": amount, "ephemeral-storage": amount},
        # Accelerators, by whatever name the nodes give them.
        "patternProperties": {r"^[a-z0-9.-]+/[A-Za-z0-9_.-]+$": _text("^[1-9][0-9]*$", 3)},
        "additionalProperties": False,
    }
    model = {
        "image": image,
        "name": word,
        "input": word,
        "output": word,
        "volume": name,
        "path": path,
        "port": {"type": "integer", "minimum": 1024, "maximum": 65535},
        "resources": resources,
        "placement": _placement(),
    }
    cycle = {
        "image": image,
        "schedule": _text(r"^([0-9]+|\*)( ([0-9]+|\*)){4}$", 40),
        "steps": {"type": "integer", "minimum": 1, "maximum": 999},
        "prefix": name,
        "bucket": name,
        "resources": resources,
        "placement": _placement(),
    }
    top = _object(
        {"instance": name, "partOf": name, "model": _object(model), "cycle": _object(cycle)}
    )
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "weather", **top}


def _text(pattern: str, longest: int = 400) -> Object:
    return {"type": "string", "pattern": pattern, "maxLength": longest}


def _object(properties: Mapping[str, object]) -> Object:
    return {
        "type": "object",
        "required": list(properties),
        "properties": dict(properties),
        "additionalProperties": False,
    }


def _placement() -> Object:
    return {
        "type": "object",
        "properties": {
            "nodeSelector": {"type": "object", "additionalProperties": {"type": "string"}},
            "tolerations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["key", "operator", "effect"],
                    "properties": {
                        "key": {"type": "string"},
                        "operator": {"enum": ["Equal", "Exists"]},
                        "value": {"type": "string"},
                        "effect": {"enum": ["NoSchedule"]},
                    },
                    "additionalProperties": False,
                },
            },
            "affinity": {"type": "object"},
        },
        "additionalProperties": False,
    }
