"""What an institution writes down about a model that it serves: a few lines."""

import math
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from blueprints.parts.names import FreeText, Quantity, ShortName, StoreKey, Strict, free, whole


def _word(text: str) -> str:
    if len(text) > 4000:
        raise ValueError("has at most 4000 characters")
    return free(text)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("has to be a finite number")
    return number


Word = Annotated[str, AfterValidator(_word)]
Scalar: TypeAlias = Word | int | Annotated[float, AfterValidator(_finite)] | bool
Option: TypeAlias = Scalar | list[Scalar] | dict[str, object]
"""Of the engine: a flag's value; true for one that takes none; a mapping is written as JSON."""

HubName = Annotated[
    str,
    whole(
        r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*",
        160,
        "ORGANISATION/NAME of letters, digits, . _ and -",
    ),
]
ServedName = Annotated[
    str,
    whole(
        r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?(/[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?",
        160,
        "letters, digits, . _ and -, perhaps with one / in between",
    ),
]
"""What clients ask for: it stands in URLs, labels and file names."""
Commit = Annotated[str, whole(r"[0-9a-f]{40}", 40, "the 40 hexadecimal digits of a commit")]
EngineVersion = Annotated[
    str,
    whole(r"[0-9]{1,5}(\.[0-9]{1,5}){2,3}(\.post[0-9]{1,5})?", 30, 'a version such as "0.11.0"'),
]
Flag = Annotated[str, whole(r"[a-z][a-z0-9-]*", 80, "a flag without its dashes")]
Variable = Annotated[str, whole(r"[A-Z_][A-Z0-9_]*", 100, "the name of a variable")]


_NO_LICENCE = frozenset(["", "?", "-", "none", "unknown", "n/a", "na", "tbd", "todo"])


def _licence(text: str) -> str:
    if text.strip().lower() in _NO_LICENCE:
        raise ValueError("a model is served under a licence; say which, as its own page names it")
    return text


class Source(Strict):
    """Where weights come from, and under which terms."""

    repository: HubName
    revision: Commit
    licence: Annotated[FreeText, AfterValidator(_licence)]
    """As the model's own page names it; SPDX where there is one."""
    token: StoreKey | None = None
    """Where the hub's token lies, if it asks for one; never in a URL."""


class Engine(Strict):
    """What serves it."""

    name: Literal["vllm"] = "vllm"
    version: EngineVersion


class Shape(Strict):
    """What of a model its own ``config.json`` and its files say; each fact is checked if given."""

    weights: Quantity | None = None
    """Bytes of all weights together."""
    minimum: Quantity | None = None
    """Memory of all accelerators together that its maker or the engine's recipe asks for."""
    heads: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    """``num_attention_heads``."""
    kv_heads: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    """``num_key_value_heads``."""
    head_size: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    """``head_dim``."""
    layers: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    """``num_hidden_layers``."""
    context: Annotated[int, Field(strict=True, ge=256, le=100_000_000)] | None = None
    """``max_position_embeddings``."""


class Parallel(Strict):
    """How a model is cut: within a node, and between nodes."""

    tensor: Annotated[int, Field(strict=True, ge=1, le=64)]
    pipeline: Annotated[int, Field(strict=True, ge=1, le=64)] = 1
    gather: Literal["ray", "engine"] | None = None
    """How nodes find each other; by default the engine's own way where its version has one."""


class Model(Strict):
    """One model, on every site that serves it."""

    name: ShortName
    """Of its folder, its job, its objects."""
    source: Source
    engine: Engine
    accelerators: Annotated[int, Field(strict=True, ge=1, le=1024)]
    """All that it takes, over all nodes."""
    context: Annotated[int, Field(strict=True, ge=256, le=100_000_000)]
    """Tokens of a request and its answer together."""
    sites: Annotated[list[ShortName], Field(min_length=1, max_length=50)]
    mode: Literal["offline", "online"] = "offline"
    """Whether anything is kept from asking the internet."""
    served_as: ServedName | None = None
    """What clients ask for; by default the source's name."""
    shape: Shape | None = None
    parallel: Parallel | None = None
    """By default tensor parallel within a node and pipeline parallel between nodes."""
    options: dict[Flag, Option] = Field(default={})
    """Flags of the engine beyond those that follow from the rest."""
    environment: dict[Variable, FreeText] = Field(default={})
    api_key: StoreKey | None = None
    """Where the key lies that clients have to show; None: whoever reaches the port may ask."""
    trust_remote_code: FreeText | None = None
    """Why code of the model's own may run; without it ``--trust-remote-code`` is refused."""
    start_minutes: Annotated[int, Field(strict=True, ge=1, le=240)] = 30
