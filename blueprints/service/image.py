"""Images of engines that an institution has mirrored: one of each class and architecture."""

from typing import Annotated, Literal

from blueprints.parts.names import Strict, whole
from blueprints.service.model import EngineVersion

Path = Annotated[
    str,
    whole(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*", 200, "a path in the site's registry"),
]
Digest = Annotated[str, whole(r"sha256:[0-9a-f]{64}", 71, "sha256: and 64 hexadecimal digits")]
Upstream = Annotated[
    str,
    whole(
        r"[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)+:[A-Za-z0-9_][A-Za-z0-9_.-]*",
        300,
        "registry/path:tag as its maker names it",
    ),
]


class EngineImage(Strict):
    """An image as it lies in every site's registry under the same path."""

    engine: Literal["vllm"] = "vllm"
    version: EngineVersion
    accelerator: Literal["cuda", "rocm", "oneapi"]
    architecture: Literal["amd64", "arm64"]
    path: Path
    digest: Digest
    """Of the manifest of this architecture, not of an index."""
    upstream: Upstream
    ray: bool | None = None
    """Whether Ray is in it; None: as the engine's version has it."""
