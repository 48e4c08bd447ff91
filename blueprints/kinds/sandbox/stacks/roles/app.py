"""Small Python programs of a stack: Chainlit pages and tools, from a ConfigMap beside them.

The program's text is the tenant's to change; its image brings Python and the libraries that it
imports. Sources: Chainlit 2 (``CHAINLIT_APP_ROOT``, ``CHAINLIT_AUTH_SECRET``).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import (
    HTTP,
    Container,
    Object,
    Pod,
    Probes,
    Resources,
    from_config,
    from_secret,
    get,
    one_file,
    scratch,
    value,
)

CHAINLIT = "chainlit"
TOOLS = "mcp-tools"
PORT = 8000
AUTH = "auth_secret"
_FILE = "app.py"
_USER = 10001


@cache
def program(name: str) -> str:
    """The text of one of the programs in ``apps/``."""
    return (Path(__file__).parent.parent / "apps" / f"{name}.py.in").read_text(encoding="utf-8")


def page(
    place: Place,
    role: str,
    name: str,
    settings: dict[str, str],
    env: Sequence[Object],
    calls: Sequence[tuple[str, str]],
    more: Sequence[Object] = (),
) -> Component:
    """A Chainlit page behind the door; `settings` become variables of the same names.

    `more`: objects that `env` refers to and that are nobody else's.
    """
    made = Role(place, role, CHAINLIT)
    container = Container(
        name="chainlit",
        image=place.image(CHAINLIT),
        command=("chainlit", "run", f"/app/{_FILE}"),
        args=("--headless", "--host=0.0.0.0", f"--port={PORT}"),
        env=(
            *(from_config(key, made.name, key) for key in settings),
            *env,
            from_secret("CHAINLIT_AUTH_SECRET", made.name, AUTH),
            value("CHAINLIT_APP_ROOT", "/state"),
            value("HOME", "/state"),
            value("PYTHONDONTWRITEBYTECODE", "1"),
        ),
        ports={HTTP: PORT},
        resources=Resources("1", "1Gi"),
        mounts=(
            one_file("app", f"/app/{_FILE}", made.name, _FILE),
            scratch("state", "/state", "1Gi"),
            scratch("tmp", "/tmp", "256Mi"),  # noqa: S108 - in the container
        ),
        probes=Probes(get("/"), get("/")),
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines())
    objects = [
        made.account(),
        made.config({**settings, _FILE: program(name)}),
        made.secret([AUTH]),
        *more,
        made.deployment(pod),
        made.service({HTTP: PORT}),
    ]
    return Component(role, CHAINLIT, objects, {HTTP: PORT}, calls=calls)


def tools(place: Place, role: str) -> Component:
    """Tools of an agent, which themselves reach nothing: what they need is an exception."""
    made = Role(place, role, TOOLS)
    container = Container(
        name="tools",
        image=place.image(TOOLS),
        command=("python", f"/app/{_FILE}"),
        env=(
            from_config("PORT", made.name, "port"),
            value("HOME", "/tmp"),  # noqa: S108 - in the container
            value("PYTHONDONTWRITEBYTECODE", "1"),
        ),
        ports={HTTP: PORT},
        resources=Resources("500m", "512Mi"),
        mounts=(
            one_file("app", f"/app/{_FILE}", made.name, _FILE),
            scratch("tmp", "/tmp", "64Mi"),  # noqa: S108 - in the container
        ),
        probes=Probes(get("/health"), get("/health")),
    )
    pod = Pod([container], made.name, _USER, place.on_virtual_machines())
    settings = {"port": str(PORT), "url": f"http://{made.name}:{PORT}/mcp"}
    objects = [
        made.account(),
        made.config({**settings, _FILE: program("tools")}),
        made.deployment(pod, replicas=2),
        made.service({HTTP: PORT}),
        made.budget(),
    ]
    return Component(role, TOOLS, objects, {HTTP: PORT})
