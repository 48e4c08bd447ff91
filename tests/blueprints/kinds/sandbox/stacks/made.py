"""Stacks as tests want them: a project that has what they need, and their objects by name."""

from typing import Any

import yaml

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.spec import Specification
from blueprints.kinds.sandbox.stacks import KINDS
from blueprints.kinds.sandbox.stacks.place import Place
from tests.blueprints.kinds.sandbox.specifications import project, typed

Document = dict[str, Any]

_IMAGES = (
    *("chainlit", "dex", "etcd", "forecast", "litellm", "mcp-tools", "milvus", "mlflow", "nginx"),
    *("oauth2-proxy", "postgresql", "triton", "tutela", "vllm"),
)
IMAGES = {
    name: f"registry.example.org/{name}:v1@sha256:{number:064x}"
    for number, name in enumerate(_IMAGES, 1)
}
MODEL = {"name": "chat-8b", "volume": "models", "path": "chat-8b"}
EMBEDDING = {"name": "embed", "volume": "models", "path": "embed"}
OWN = {"type": "litellm", "chat": {**MODEL, "tools": "hermes"}, "embedding": EMBEDDING}
STACKS: dict[str, Document] = {
    "rag": {"kind": "rag", "name": "papers", "bucket": "text", "gateway": OWN},
    "agentic": {
        "kind": "agentic",
        "name": "helper",
        "gateway": {"type": "litellm", "chat": {**MODEL, "tools": "hermes"}},
    },
    "coding": {"kind": "coding", "name": "code", "chat": MODEL, "completion": EMBEDDING},
    "weather": {
        "kind": "weather",
        "name": "forecast",
        "model": "aurora",
        "volume": "models",
        "path": "triton",
        "bucket": "text",
    },
    "governance": {"kind": "governance", "name": "records", "artifacts": "text"},
}


def spec(
    stack: Document | None, *, project_has: Document | None = None, **site: Any
) -> Specification:
    """A specification with one project, which has one stack."""
    has: Document = {
        "data": {
            "s3": [{"name": "text", "bucket": "climate-text"}],
            "volumes": [{"name": "models", "size": "1Ti"}],
        },
        "stacks": [stack] if stack else [],
        **(project_has or {}),
    }
    return typed(project(**has), images=IMAGES, **site)


def place(stack: str = "papers", /, **site: Any) -> Place:
    """Where a stack of the project stands."""
    read = spec(None, **site)
    return Place(read.site, read.projects[0], stack)


def files(kind: str, changes: Document | None = None, **more: Any) -> dict[str, File]:
    """A stack's files by their path."""
    read = spec({**STACKS[kind], **(changes or {})}, **more)
    one = read.projects[0]
    made = KINDS[kind].documents(one, one.stacks[0], read.site)
    return {file.path: file for file in made}


def network(kind: str, changes: Document | None = None, **more: Any) -> list[Document]:
    """A stack's network policies."""
    read = spec({**STACKS[kind], **(changes or {})}, **more)
    one = read.projects[0]
    return [dict(policy) for policy in KINDS[kind].network(one, one.stacks[0], read.site)]


def objects(kind: str, changes: Document | None = None, **more: Any) -> dict[str, Document]:
    """A stack's Kubernetes objects, by ``Kind/name``."""
    return by_name(
        document
        for path, file in files(kind, changes, **more).items()
        if path.endswith(".yaml") and "/templates/" not in path
        for document in yaml.safe_load_all(file.content)
        if "kind" in document and document["kind"] != "Kustomization"
    )


def by_name(documents: Any) -> dict[str, Document]:
    """Objects by ``Kind/name``; no two of one name."""
    found: dict[str, Document] = {}
    for one in documents:
        key = f"{one['kind']}/{one['metadata']['name']}"
        assert key not in found, f"{key} is there twice"
        found[key] = one
    return found


def pod(workload: Document) -> Document:
    """The specification of a workload's pods."""
    spec_ = workload["spec"]
    template = (
        spec_["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec_ else spec_["template"]
    )
    found: Document = template["spec"]
    return found


def environment(container: Document) -> dict[str, Any]:
    """A container's variables: a text, or what it refers to as (kind, name, key)."""
    said: dict[str, Any] = {}
    for entry in container["env"]:
        for kind, reference in entry.get("valueFrom", {}).items():
            said[entry["name"]] = (kind, reference["name"], reference["key"])
        if "value" in entry:
            said[entry["name"]] = entry["value"]
    return said
