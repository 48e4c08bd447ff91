"""What the value of a key that names a model means: a place, a name on a hub, something outside."""

import re
from dataclasses import dataclass

from governance.evidence.claim import hub
from governance.evidence.texts import path_node

MOST_VALUE = 1_000
"""Characters of a value that can be meant."""

PLACEHOLDER = re.compile(
    r"\$?\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,1000}\}\}|\{%[^{}\n]{0,500}%\}"
    r"|\$\{(?:[^{}\n]|\$\{[^{}\n]{0,200}\}){0,500}\}|\$\([^()\n]{0,500}\)"
    r"|\$[A-Za-z_0-9]\w*|os\.environ/\w+|ENC\["
)
"""What somebody else fills in: Go and Jinja templates, variables, encrypted values."""

_HUB_URL = re.compile(
    r"https?://(?:[^/@\s]*@)?(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/(?P<name>.+)"
)
_HUB_SCHEME = re.compile(r"(?:hf|huggingface)(?:://|:)(?P<name>.+)", re.IGNORECASE)
_MLFLOW = re.compile(r"(?P<scheme>models|runs):/{1,3}(?P<rest>[^/\s].*)")
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_OWNED = re.compile(r"[\w.-]+/[\w.-]+")
_SINGLE = re.compile(r"[A-Za-z][\w.-]*")
_PROVIDERS = frozenset(
    (
        *("hosted_vllm", "vllm", "openai", "huggingface", "text-completion-openai", "ollama"),
        *("nvidia_nim", "litellm_proxy", "together_ai", "databricks", "sagemaker", "triton"),
    )
)
"""What LiteLLM puts before a name: how to talk to the server, not whose model it is."""


@dataclass(frozen=True)
class Meaning:
    """What a value names."""

    node: str | None
    """Null: it is outside of everything that tutela looks after."""


def meanings(value: str, *, alone: bool = False) -> list[Meaning]:
    """Return what a value may mean, often one thing, nothing for what is no name at all.

    Args:
        value: without placeholders.
        alone: a name without an owner (`gpt2`) counts too.
    """
    value = value.strip().strip("\"'").strip()
    if not value or len(value) > MOST_VALUE:
        return []
    if value.lower().startswith(("s3://", "s3a://", "s3n://", "file:", "/")):
        node = path_node(value)
        return [Meaning(node)] if node else []
    if re.search(r"[\s\x00-\x1f]", value):
        return []
    if match := _MLFLOW.fullmatch(value):
        # Which server is meant, only who resolves it knows.
        return [Meaning(f"{match['scheme']}:/{match['rest']}")]
    if match := _HUB_URL.fullmatch(value) or _HUB_SCHEME.fullmatch(value):
        node = _hub(match["name"])
        return [Meaning(node)] if node else []
    if _OUTSIDE.fullmatch(value):
        return [Meaning(None)]
    first, _, rest = value.partition("/")
    if first.lower() in _PROVIDERS and rest:
        return [Meaning(node) for node in (hub(value), _hub(rest)) if node]
    bare = re.split(r"[@:]", value, maxsplit=1)[0]
    if _OWNED.fullmatch(bare) or (alone and _SINGLE.fullmatch(bare)):
        node = hub(bare)
        return [Meaning(node)] if node else []
    return []


def _hub(path: str) -> str | None:
    """The node of what follows a hub's address: `ORG/NAME[@REV][/tree/REV/..]`, `ORG/NAME:REV`."""
    parts = re.split(r"[@:?#]", path, maxsplit=1)[0].strip("/").split("/")
    if parts[0] in ("models", "datasets", "spaces") and len(parts) > 2:
        parts = parts[1:]
    return hub("/".join(parts[:2]).removesuffix(".git"))
