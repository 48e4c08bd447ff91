"""A model, sites and tools; and programs that stand for git-lfs and the AWS command line."""

import hashlib
from typing import Any

from blueprints.service.model import Model
from blueprints.service.site import Site
from blueprints.supply.spec import Supply
from tests.blueprints.kinds.inference import specifications
from tests.blueprints.runtimes.stubs import Stubs

REPOSITORY = "swiss-ai/Apertus-8B-Instruct-2509"
AWS = """case "$2" in
  sync)
    mkdir -p "$STORE/${4#s3://}"
    cp -r . "$STORE/${4#s3://}"
    rm -rf "$STORE/${4#s3://}/.git"
    ;;
  cp)
    shift 3
    if [ "$1" = - ]; then
      cat >"$STORE/${2#s3://}"
    else
      cat "$STORE/${1#s3://}"
    fi
    ;;
esac
"""


def tool(name: str, architecture: str = "amd64") -> dict[str, str]:
    """An image of a tool; its digest is of its name."""
    return {
        "tool": name,
        "architecture": architecture,
        "path": f"tools/{name}",
        "upstream": f"docker.io/tools/{name}:v1",
        "digest": "sha256:" + hashlib.sha256(f"{name} {architecture}".encode()).hexdigest(),
    }


SAID = {"writer": "models/writer", "tools": [tool("git"), tool("aws")]}
SUPPLY = Supply.model_validate(SAID)


def model(**changes: Any) -> Model:
    """A model whose download asks for a token."""
    said = specifications.model(**changes)
    return Model.model_validate({**said, "source": {**said["source"], "token": "hub/token"}})


def site(**changes: Any) -> Site:
    """A machine with every runtime of a host."""
    runtimes = ["podman", "docker", "apptainer", "slurm"]
    scheduler = {"type": "slurm", "account": "ml", "partition": "normal"}
    return Site.model_validate(
        specifications.host(**{"runtimes": runtimes, "scheduler": scheduler, **changes})
    )


def cloud(**changes: Any) -> Site:
    """A cluster."""
    return Site.model_validate(specifications.cluster(**changes))


def store(stubs: Stubs) -> None:
    """An `aws` that keeps objects in a folder."""
    (stubs.folder / "store").mkdir()
    stubs.environment["STORE"] = str(stubs.folder / "store")
    stubs.add("aws", AWS)
