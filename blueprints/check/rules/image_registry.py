"""An image comes from a registry that is not allowed.

Looks at every image of a container, a volume, a Kustomization and a custom resource. `registries`
in the settings lists registries, or paths in them (`ghcr.io/our-team`); a name without a registry
means `docker.io`.

A foreign registry may be gone when a node needs the image, and nobody here scans what it serves.
Mirror the image and name the mirror, or add the registry to the settings.
"""

from collections.abc import Iterator

from blueprints.check import images
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "image-registry"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one finding for each use of such an image."""
    allowed = tuple(entry.rstrip("/") for entry in settings.registries)
    for use in images.uses(repo):
        name = images.read(use.image).name
        if any(name == entry or name.startswith(f"{entry}/") for entry in allowed):
            continue
        where = name.split("/")[0]
        yield Finding(
            use.document.file,
            use.line,
            ID,
            visible(f"{use.who}: image {use.image} is from {where}, which is not allowed"),
            LEVEL,
            visible(f"allowed: {', '.join(allowed)}"),
        )
