"""Where a stack's programs send their requests: a gateway of its own, or one that stands already.

Everything behind it speaks OpenAI's API, so a gateway is an address and a key. One that stands
already may be an Envoy AI Gateway, a LiteLLM or a provider: nothing of it is rendered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.objects import Role
from blueprints.kinds.sandbox.stacks.place import Place
from blueprints.kinds.sandbox.stacks.pods import HTTP, Object, from_secret
from blueprints.kinds.sandbox.stacks.roles import litellm, vllm
from blueprints.kinds.sandbox.stacks.roles.vllm import Model
from blueprints.parts.names import LabelValue, Strict, Url

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project

KEY = "api_key"


class Own(Strict):
    """LiteLLM in the stack, in front of models of the stack."""

    type: Literal["litellm"]
    chat: Model
    embedding: Model | None = None


class Standing(Strict):
    """A gateway outside the project; the project's network has to let its pods out to it."""

    type: Literal["external"]
    url: Url
    """Ends in ``/v1``, as OpenAI's clients expect it."""
    chat: LabelValue
    """Name of the model that answers."""
    embedding: LabelValue | None = None


Gateway = Annotated[Own | Standing, Field(discriminator="type")]


@dataclass(frozen=True)
class Spoken:
    """A gateway as the stack's programs see it."""

    components: tuple[Component, ...]
    settings: dict[str, str]
    """CHAT_MODEL, and EMBEDDING_MODEL where there is one."""
    env: tuple[Object, ...]
    """OPENAI_BASE_URL and OPENAI_API_KEY, by reference."""
    calls: tuple[tuple[str, str], ...]
    objects: tuple[Object, ...]
    """What the role that asks needs beside its own objects."""


def models(gateway: Own | Standing) -> list[Model]:
    """The models that the stack itself serves."""
    if isinstance(gateway, Standing):
        return []
    return [gateway.chat, *([gateway.embedding] if gateway.embedding else [])]


def images(gateway: Own | Standing) -> tuple[str, ...]:
    """Keys of ``site.images`` that the gateway and its models need."""
    return (vllm.IMAGE, litellm.IMAGE) if isinstance(gateway, Own) else ()


def problems(project: "Project", gateway: Own | Standing) -> Iterator[str]:
    """A gateway outside that no exception of the project's network lets its pods reach."""
    if not isinstance(gateway, Standing):
        return
    parts = urlsplit(gateway.url)
    port = parts.port or 443
    if not any(port in out.ports for out in project.network.egress):
        yield (
            f"asks {parts.hostname}:{port}, which network.egress has to let out "
            f"(fqdn: {parts.hostname}, ports: [{port}], or its cidr)"
        )


def spoken(place: Place, gateway: Own | Standing, asking: str) -> Spoken:
    """The gateway for the role `asking`."""
    if isinstance(gateway, Standing):
        return _standing(place, gateway, asking)
    served = [vllm.served(place, "model", gateway.chat)]
    listed: list[tuple[str, str, bool]] = [("model", gateway.chat.name, False)]
    if gateway.embedding is not None:
        served.append(vllm.served(place, "embedding", gateway.embedding, embeds=True))
        listed.append(("embedding", gateway.embedding.name, True))
    return Spoken(
        (*served, litellm.gateway(place, listed)),
        _settings(gateway.chat.name, gateway.embedding.name if gateway.embedding else None),
        tuple(litellm.client(place)),
        ((litellm.ROLE, HTTP),),
        (),
    )


def _standing(place: Place, gateway: Standing, asking: str) -> Spoken:
    made = Role(place, asking, "openai-client")
    name = f"{made.name}-openai"
    secret = made.secret([KEY], place.secret("openai"), suffix="-openai")
    return Spoken(
        (),
        {**_settings(gateway.chat, gateway.embedding), "OPENAI_BASE_URL": gateway.url},
        (from_secret("OPENAI_API_KEY", name, KEY),),
        (),
        (secret,),
    )


def _settings(chat: str, embedding: str | None) -> dict[str, str]:
    return {"CHAT_MODEL": chat} | ({"EMBEDDING_MODEL": embedding} if embedding else {})
