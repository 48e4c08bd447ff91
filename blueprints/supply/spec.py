"""What an institution says about how models get to its stores: tools, and who may write."""

from typing import Annotated, Literal

from pydantic import Field

from blueprints.parts.names import StoreKey, Strict
from blueprints.service.image import Digest, Path, Upstream

Tool = Literal["git", "aws"]


class ToolImage(Strict):
    """An image that models are mirrored with, as it lies in every site's registry."""

    tool: Tool
    """``git``: with git-lfs and a POSIX shell. ``aws``: the AWS command line with bash."""
    architecture: Literal["amd64", "arm64"]
    path: Path
    digest: Digest
    """Of the manifest of this architecture, not of an index."""
    upstream: Upstream


class Supply(Strict):
    """Without it no jobs are rendered; `tutela model mirror` needs none of it."""

    writer: StoreKey
    """Where the access key lies that may write to the stores: ``aws_access_key_id`` and
    ``aws_secret_access_key``."""
    reader: StoreKey | None = None
    """The same of a key that may only read; by default the writer's."""
    tools: Annotated[list[ToolImage], Field(min_length=1, max_length=20)]
