import pytest

from blueprints.errors import ExpectedError
from tests.blueprints.kinds.sandbox.stacks.made import (
    MODEL,
    STACKS,
    environment,
    network,
    objects,
    pod,
    spec,
)

EXTERNAL = {
    "type": "external",
    "url": "https://ai.example.org/v1",
    "chat": "large",
    "embedding": "embed",
}
OUT = [{"name": "gateway", "why": "models", "fqdn": "ai.example.org", "ports": [443]}]


def test_the_page_asks_the_gateway_and_milvus() -> None:
    made = objects("rag")
    (container,) = pod(made["Deployment/papers-chat"])["containers"]
    said = environment(container)
    assert said["OPENAI_BASE_URL"] == ("configMapKeyRef", "papers-gateway", "base_url")
    assert said["MILVUS_HOST"] == ("configMapKeyRef", "papers-vectors", "host")
    settings = made["ConfigMap/papers-chat"]["data"]
    assert settings["CHAT_MODEL"] == "chat-8b"
    assert settings["EMBEDDING_MODEL"] == "embed"
    assert made["ConfigMap/papers-gateway"]["data"]["base_url"] == "http://papers-gateway:4000/v1"


def test_a_gateway_that_stands_already_needs_no_model_here() -> None:
    made = objects("rag", {"gateway": EXTERNAL}, project_has={"network": {"egress": OUT}})
    assert not any(name.endswith(("-model", "-gateway", "-embedding")) for name in made)
    settings = made["ConfigMap/papers-chat"]["data"]
    assert settings["OPENAI_BASE_URL"] == "https://ai.example.org/v1"
    (container,) = pod(made["Deployment/papers-chat"])["containers"]
    said = environment(container)
    assert said["OPENAI_API_KEY"] == ("secretKeyRef", "papers-chat-openai", "api_key")
    assert len(network("rag", {"gateway": EXTERNAL}, project_has={"network": {"egress": OUT}})) == 4


def test_a_gateway_outside_has_to_be_let_out() -> None:
    with pytest.raises(ExpectedError, match=r"network\.egress has to let out"):
        spec({**STACKS["rag"], "gateway": EXTERNAL})


def test_without_an_embedder_there_is_nothing_to_search() -> None:
    gateway = {"type": "litellm", "chat": MODEL}
    with pytest.raises(ExpectedError, match="needs an embedding model"):
        spec({**STACKS["rag"], "gateway": gateway})
