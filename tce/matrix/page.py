"""The matrix as one HTML file that loads nothing and runs nothing.

A content security policy allows exactly the one style sheet in the file, by its digest, and no
script. Every text passes `visible` and Jinja's escaping.
"""

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from blueprints.display import count, visible
from blueprints.yamltext import Value
from tce.explain.scene import Scene
from tce.matrix.topology import rows, topology
from tce.prove.intent import Zone
from tce.prove.limits import assumptions, limits

if TYPE_CHECKING:
    from tce.matrix.matrix import Matrix

MOST = 60
"""What is named in one cell; more is a number."""


def render(matrix: "Matrix", tool: str) -> str:
    """The page; ``tool`` is the version of who wrote it."""
    style = _part("page.css")
    scene = matrix.scene
    sources = tuple(one.source for one in scene.devices)

    def joined(zone: Zone) -> bool:
        ends = (one for one in matrix.cells if zone.name in (one.source, one.destination))
        return any(one.accepted for one in ends)

    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            matrix=matrix,
            scene=scene,
            most=MOST,
            topology=topology(scene, joined),
            institution=_institution(scene),
            flows=_flows(scene),
            assumed=assumptions(scene.intent, sources),
            limits=limits(sources),
            tool=tool,
            style=Markup(style),  # noqa: S704 - a file of this package
            style_hash=_digest(style),
        )
    )


def _institution(scene: Scene) -> str:
    said = scene.said.get("institution")
    return str(said.get("name")) if isinstance(said, dict) else ""


def _flows(scene: Scene) -> list[dict[str, str]]:
    """Every flow in the specification's words."""
    return [
        {
            "name": name,
            "from": _end(said.get("from")),
            "to": _end(said.get("to")),
            "what": f"{said.get('protocol')} {_list(said.get('ports'))}".strip(),
            "why": str(said.get("why")),
            "owner": str(said.get("owner")),
            "expires": str(said.get("expires")),
        }
        for name, said in scene.flows.items()
    ]


def _end(said: Value) -> str:
    if not isinstance(said, dict):
        return ""
    networks = _list(said.get("networks"))
    return f"{said.get('zone')}: {networks}" if networks else str(said.get("zone"))


def _list(said: Value) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else ""


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(_part),
    )
    environment.filters["visible"] = visible
    environment.filters["count"] = count
    environment.globals["rows"] = rows
    return environment


def _part(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> Markup:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup("sha256-") + Markup(digest)  # noqa: S704 - base64
