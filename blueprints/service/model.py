"""What an institution writes down about a model that it serves: a few lines."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from blueprints.parts.names import FreeText, LabelValue, ShortName, StoreKey, Strict, whole

Scalar: TypeAlias = str | int | float | bool
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
Commit = Annotated[str, whole(r"[0-9a-f]{40}", 40, "the 40 hexadecimal digits of a commit")]
EngineVersion = Annotated[
    str, whole(r"[0-9]+\.[0-9]+\.[0-9]+(\.post[0-9]+)?", 20, 'a version such as "0.11.0"')
]
Flag = Annotated[str, whole(r"[a-z][a-z0-9-]*", 80, "a flag without its dashes")]
Variable = Annotated[str, whole(r"[A-Z_][A-Z0-9_]*", 100, "the name of a variable")]


class Source(Strict):
    """Where weights come from, and under which terms."""

    repository: HubName
    revision: Commit
    licence: FreeText
    """As the model's own page names it; SPDX where there is one."""
    token: StoreKey | None = None
    """Where the hub's token lies, if it asks for one; never in a URL."""


class Engine(Strict):
    """What serves it."""

    name: Literal["vllm"] = "vllm"
    version: EngineVersion


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
    served_as: LabelValue | HubName | None = None
    """What clients ask for; by default the source's name."""
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
