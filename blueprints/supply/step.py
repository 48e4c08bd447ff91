"""The two steps by which a model comes to a store, whatever runs them: download, upload."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from blueprints.service.service import CERTIFICATES, MODELS, Image
from blueprints.supply.hub import EXCLUDED
from blueprints.supply.record import SCHEMA

if TYPE_CHECKING:
    from blueprints.service.model import Model
    from blueprints.service.site import Site
    from blueprints.supply.spec import Supply, Tool

HUB: Final = "https://huggingface.co"
_SCRIPTS = Path(__file__).parent / "scripts"


@dataclass(frozen=True)
class Step:
    """One container that runs to its end."""

    name: str
    model: str
    image: Image
    shell: str
    """Of the image: what reads :attr:`script`."""
    script: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variable to its key in the secret store."""


def missing(supply: "Supply", site: "Site") -> Iterator[str]:
    """Tools that a site's nodes cannot run because there is no image of their architecture."""
    architecture = site.node.architecture
    for tool in ("git", "aws"):
        if not any((one.tool, one.architecture) == (tool, architecture) for one in supply.tools):
            yield f"there is no image of {tool} for {architecture}, which {site.name} has"


def steps(model: "Model", site: "Site", supply: "Supply") -> tuple[Step, Step]:
    """Download and upload of a model at a site whose tools are all there."""
    repository = model.source.repository
    folder = f"{MODELS}/{repository}"
    revision = model.source.revision
    token = {"HF_TOKEN": model.source.token} if model.source.token else {}
    download = Step(
        "download",
        model.name,
        _image(supply, site, "git"),
        "sh",
        (_SCRIPTS / "download.sh").read_text(),
        (folder, f"{HUB}/{repository}", revision),
        dict(sorted({"HOME": "/tmp", **_outwards(site)}.items())),  # noqa: S108 - the container's
        token,
    )
    upload = Step(
        "upload",
        model.name,
        _image(supply, site, "aws"),
        "bash",
        (_SCRIPTS / "upload.sh").read_text(),
        (folder, target(model, site), revision, _record(model), *EXCLUDED),
        dict(sorted(_store(site).items())),
        {"AWS_ACCESS_KEY_ID": supply.writer, "AWS_SECRET_ACCESS_KEY": supply.writer},
    )
    return download, upload


def fetch(model: "Model", site: "Site", supply: "Supply", models: str) -> Step:
    """From a site's store into a folder ``models`` of the container, as every service has it."""
    reader = supply.reader or supply.writer
    return Step(
        "fetch",
        model.name,
        _image(supply, site, "aws"),
        "bash",
        (_SCRIPTS / "fetch.sh").read_text(),
        (target(model, site), f"{models}/{model.source.repository}", model.source.revision),
        dict(sorted(_store(site).items())),
        {"AWS_ACCESS_KEY_ID": reader, "AWS_SECRET_ACCESS_KEY": reader},
    )


def target(model: "Model", site: "Site") -> str:
    """Where a model lies in a site's store."""
    return f"s3://{site.store.bucket}/{site.store.prefix}/{model.source.repository}"


def _image(supply: "Supply", site: "Site", tool: "Tool") -> Image:
    architecture = site.node.architecture
    one = next(
        each for each in supply.tools if (each.tool, each.architecture) == (tool, architecture)
    )
    return Image(f"{site.registry}/{one.path}", one.digest, architecture)


def _record(model: "Model") -> str:
    """The beginning of a record, as far as the specification says it."""
    said = {
        "schema": SCHEMA,
        "repository": model.source.repository,
        "revision": model.source.revision,
        "licence": model.source.licence,
        "source": f"{HUB}/{model.source.repository}",
        "excluded": list(EXCLUDED),
        "tool": f"tutela {version('tutela')}",
    }
    return json.dumps(said)


def _outwards(site: "Site") -> Mapping[str, str]:
    found = {
        "HTTP_PROXY": site.proxies.http,
        "HTTPS_PROXY": site.proxies.https,
        "NO_PROXY": ",".join(site.proxies.no_proxy) or None,
    }
    said = {name: value for name, value in found.items() if value}
    said |= {name.lower(): value for name, value in said.items()}
    if site.certificates is not None:
        said["GIT_SSL_CAINFO"] = bundle(site.certificates)
    return said


def _store(site: "Site") -> Mapping[str, str]:
    store = site.store
    said = {
        "AWS_ENDPOINT_URL": store.endpoint,
        "AWS_MAX_ATTEMPTS": str(store.attempts),
        "AWS_RETRY_MODE": "standard",
        "AWS_REQUEST_CHECKSUM_CALCULATION": store.checksum,
        "AWS_RESPONSE_CHECKSUM_VALIDATION": store.checksum,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Stores other than AWS have one region, and any name for it will do.
        "AWS_DEFAULT_REGION": store.region or "us-east-1",
        "HOME": "/tmp",  # noqa: S108 - the container's
    }
    if site.certificates is not None:
        said["AWS_CA_BUNDLE"] = bundle(site.certificates)
    return said


def bundle(certificates: str) -> str:
    """A host's file of certificate authorities as containers see it."""
    return f"{CERTIFICATES}/{certificates.rpartition('/')[2]}"
