"""An agent with tools and a memory: a page, tools over MCP, PostgreSQL, a gateway and a model."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.stacks import fit
from blueprints.kinds.sandbox.stacks.base import StackModel
from blueprints.kinds.sandbox.stacks.component import Component, policies
from blueprints.kinds.sandbox.stacks.folder import folder
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import HTTP, Object, from_config
from blueprints.kinds.sandbox.stacks.roles import app, door, openai, postgresql
from blueprints.parts.names import Quantity

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

_ROLES = ("tools", "memory", "agent", "door", "model", "embedding", "gateway")


class Agentic(StackModel):
    """A model that calls tools and remembers what people said to it."""

    kind: Literal["agentic"]
    gateway: openai.Gateway
    """The chat model has to write calls of tools (``tools: hermes``)."""
    memory: Quantity = "20Gi"
    """The database's volume."""

    def images(self) -> tuple[str, ...]:
        """Of every role."""
        own = (app.CHAINLIT, app.TOOLS, postgresql.IMAGE, door.IMAGE)
        return (*own, *openai.images(self.gateway))

    def doors(self) -> tuple[str, ...]:
        """The agent's page."""
        return (self.name,)

    def problems(self, project: "Project", site: "Site") -> Iterable[str]:
        """What it names and the project has not; a model that cannot call tools."""
        if isinstance(self.gateway, openai.Own) and self.gateway.chat.tools is None:
            yield "the agent's model needs tools (gateway.chat.tools, such as hermes)"
        yield from fit.models(project, openai.models(self.gateway))
        yield from openai.problems(project, self.gateway)
        yield from fit.names(project, self.name, _ROLES)


def components(place: Place, stack: Agentic) -> tuple[Component, ...]:
    """The roles of the stack."""
    gateway = openai.spoken(place, stack.gateway, "agent")
    tools = from_config("TOOLS_URL", place.name("tools"), "url")
    page = app.page(
        place,
        "agent",
        "agent",
        gateway.settings,
        [*gateway.env, tools, *postgresql.client(place, "memory")],
        [*gateway.calls, ("tools", HTTP), ("memory", postgresql.PORT)],
        gateway.objects,
    )
    return (
        *gateway.components,
        app.tools(place, "tools"),
        postgresql.database(place, "memory", "agent", stack.memory),
        page,
        door.door(place, [("agent", HTTP, app.PORT, "/")]),
    )


def documents(project: "Project", stack: Agentic, site: "Site") -> Iterator[File]:
    """The stack's folder."""
    place = Place(site, project, stack.name)
    return folder(place, components(place, stack))


def network(project: "Project", stack: Agentic, site: "Site") -> Iterator[Object]:
    """Who of the stack calls whom."""
    place = Place(site, project, stack.name)
    return policies(place, components(place, stack))
