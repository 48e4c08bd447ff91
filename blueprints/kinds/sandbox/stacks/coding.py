"""A coding assistant for editors: models, and a gateway that gives each person a key."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.stacks import fit
from blueprints.kinds.sandbox.stacks.base import StackModel
from blueprints.kinds.sandbox.stacks.component import Component, policies
from blueprints.kinds.sandbox.stacks.folder import folder
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import Object
from blueprints.kinds.sandbox.stacks.roles import litellm, postgresql, vllm
from blueprints.kinds.sandbox.stacks.roles.vllm import Model
from blueprints.parts.names import Quantity

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

_ROLES = ("chat", "completion", "gateway", "keys")


class Coding(StackModel):
    """Chat and completion in editors such as VS Code, through OpenAI's API."""

    kind: Literal["coding"]
    chat: Model
    completion: Model | None = None
    """A smaller model that fills in while people type; default: the same."""
    keys: Quantity = "10Gi"
    """The volume of the database with keys, budgets and use."""

    def images(self) -> tuple[str, ...]:
        """Of every role."""
        return (vllm.IMAGE, litellm.IMAGE, postgresql.IMAGE)

    def problems(self, project: "Project", site: "Site") -> Iterable[str]:
        """What it names and the project has not."""
        if self.completion is not None and self.completion.name == self.chat.name:
            yield "chat and completion need a name each"
        yield from fit.models(project, _models(self))
        yield from fit.names(project, self.name, _ROLES)


def _models(stack: Coding) -> list[Model]:
    return [stack.chat, *([stack.completion] if stack.completion else [])]


def components(place: Place, stack: Coding) -> tuple[Component, ...]:
    """The roles of the stack."""
    roles = list(zip(("chat", "completion"), _models(stack), strict=False))
    return (
        *(vllm.served(place, role, model) for role, model in roles),
        postgresql.database(place, "keys", "litellm", stack.keys),
        litellm.gateway(
            place,
            [(role, model.name, False) for role, model in roles],
            database="keys",
            host=place.host(stack.name),
        ),
    )


def documents(project: "Project", stack: Coding, site: "Site") -> Iterator[File]:
    """The stack's folder, and settings for an editor."""
    place = Place(site, project, stack.name)
    yield from folder(place, components(place, stack))
    yield File(f"stacks/{stack.name}/clients/continue.yaml", yaml_text([_editor(place, stack)]))


def network(project: "Project", stack: Coding, site: "Site") -> Iterator[Object]:
    """Who of the stack calls whom."""
    place = Place(site, project, stack.name)
    return policies(place, components(place, stack))


def _editor(place: Place, stack: Coding) -> Object:
    """For the extension Continue; the key is each person's own."""
    base = f"https://{place.host(stack.name)}/v1"
    writes = stack.completion or stack.chat

    def model(name: str, roles: list[str]) -> Object:
        return {
            "name": f"{name} ({', '.join(roles)})",
            "provider": "openai",
            "model": name,
            "apiBase": base,
            "apiKey": "${{ secrets.GATEWAY_KEY }}",
            "roles": roles,
        }

    return {
        "name": f"{place.project.name} {stack.name}",
        "version": "1.0.0",
        "schema": "v1",
        "models": [
            model(stack.chat.name, ["chat", "edit", "apply"]),
            model(writes.name, ["autocomplete"]),
        ],
    }
