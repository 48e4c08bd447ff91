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


def test_the_agent_has_tools_and_a_memory() -> None:
    made = objects("agentic")
    (container,) = pod(made["Deployment/helper-agent"])["containers"]
    said = environment(container)
    assert said["TOOLS_URL"] == ("configMapKeyRef", "helper-tools", "url")
    assert said["PGPASSWORD"] == ("secretKeyRef", "helper-memory", "password")
    assert made["ConfigMap/helper-tools"]["data"]["url"] == "http://helper-tools:8000/mcp"


def test_tools_call_nobody() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in network("agentic")}
    assert policies["helper-tools"]["egress"] == []


def test_a_model_that_cannot_call_tools_is_refused() -> None:
    with pytest.raises(ExpectedError, match="the agent's model needs tools"):
        spec({**STACKS["agentic"], "gateway": {"type": "litellm", "chat": MODEL}})
