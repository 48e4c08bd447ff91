"""Questions answered from documents: Milvus, a chat page, a gateway, a model and an embedder."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.stacks import fit
from blueprints.kinds.sandbox.stacks.base import StackModel
from blueprints.kinds.sandbox.stacks.component import Component, policies
from blueprints.kinds.sandbox.stacks.folder import folder
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import HTTP, Object
from blueprints.kinds.sandbox.stacks.roles import app, door, milvus, openai
from blueprints.parts.names import Quantity, ShortName

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

_ROLES = ("catalogue", "vectors", "chat", "door", "model", "embedding", "gateway")


class Rag(StackModel):
    """Retrieval-augmented generation over documents that members attach."""

    kind: Literal["rag"]
    bucket: ShortName
    """The entry under ``data: {s3: ..}`` that Milvus keeps its vectors in."""
    gateway: openai.Gateway
    """Has to have an embedding model."""
    catalogue: Quantity = "10Gi"
    """etcd's volume."""
    log: Quantity = "50Gi"
    """Milvus's volume for what has not reached the bucket yet."""

    def images(self) -> tuple[str, ...]:
        """Of every role."""
        return (*milvus.IMAGES, app.CHAINLIT, door.IMAGE, *openai.images(self.gateway))

    def doors(self) -> tuple[str, ...]:
        """The chat page."""
        return (self.name,)

    def problems(self, project: "Project", site: "Site") -> Iterable[str]:
        """What it names and the project has not."""
        if self.gateway.embedding is None:
            yield "needs an embedding model (gateway.embedding)"
        yield from fit.buckets(project, [self.bucket])
        yield from fit.models(project, openai.models(self.gateway))
        yield from openai.problems(project, self.gateway)
        yield from fit.names(project, self.name, _ROLES)


def components(place: Place, stack: Rag) -> tuple[Component, ...]:
    """The roles of the stack."""
    gateway = openai.spoken(place, stack.gateway, "chat")
    page = app.page(
        place,
        "chat",
        "rag",
        gateway.settings,
        [*gateway.env, *milvus.client(place, "vectors")],
        [*gateway.calls, ("vectors", milvus.GRPC)],
        gateway.objects,
    )
    return (
        *gateway.components,
        milvus.catalogue(place, "catalogue", stack.catalogue),
        milvus.vectors(place, "vectors", "catalogue", stack.bucket, stack.log),
        page,
        door.door(place, [("chat", HTTP, app.PORT, "/")]),
    )


def documents(project: "Project", stack: Rag, site: "Site") -> Iterator[File]:
    """The stack's folder."""
    place = Place(site, project, stack.name)
    return folder(place, components(place, stack))


def network(project: "Project", stack: Rag, site: "Site") -> Iterator[Object]:
    """Who of the stack calls whom."""
    place = Place(site, project, stack.name)
    return policies(place, components(place, stack))
