"""The matrix as one HTML file that loads nothing and runs nothing.

A content security policy allows exactly the one style sheet in the file, by its digest, and no
script. Every text passes `visible` and Jinja's escaping.
"""

from typing import TYPE_CHECKING

import jinja2

from blueprints.display import count, visible
from blueprints.page import inline, part, templates
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
    style = inline(part(__package__, "page.css"))
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
            style=style.text,
            style_hash=style.digest,
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
    environment = templates(__package__)
    environment.filters["visible"] = visible
    environment.filters["count"] = count
    environment.globals["rows"] = rows
    return environment
