"""An image is not named by its digest.

Looks at every image of a container, a volume, a Kustomization and a custom resource: it needs a
digest (`name:tag@sha256:` and 64 hexadecimal digits). The same name and tag with two digests is
found too. As a note: digests that are made up, such as those of examples.

A tag can be moved: what was tested is then not what runs, and nobody can say what ran. Write the
digest that the registry names (`skopeo inspect docker://NAME:TAG`).
"""

from collections.abc import Iterator

from blueprints.check import images
from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "image-digest"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one finding for each use of such an image; one note for all examples."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    examples: dict[str, images.Use] = {}
    for use in images.uses(repo):
        reference = images.read(use.image)
        file = use.document.file
        hint = f"write {reference.path.rpartition('/')[2]}:TAG@sha256:..."
        if not reference.digest:
            message = f"{use.who}: image {use.image} has no digest"
            yield Finding(file, use.line, ID, visible(message), LEVEL, visible(hint))
        elif not reference.pinned:
            message = f"{use.who}: {reference.digest} is no digest: sha256: and 64 hex digits"
            yield Finding(file, use.line, ID, visible(message), LEVEL)
        else:
            if reference.example:
                examples.setdefault(use.image, use)
            if reference.tag:
                key = (reference.name, reference.tag)
                digest, first = seen.setdefault(key, (reference.digest, file))
                if digest != reference.digest:
                    message = (
                        f"{use.who}: {reference.name}:{reference.tag} has another digest in {first}"
                    )
                    yield Finding(file, use.line, ID, visible(message), LEVEL)
    if examples:
        first_use = next(iter(examples.values()))
        count = len(examples)
        what = "image has a digest that is" if count == 1 else "images have digests that are"
        yield Finding(
            first_use.document.file,
            first_use.line,
            ID,
            visible(f"{count} {what} made up, such as {first_use.image}"),
            Level.NOTE,
            "write the digests of your registry before anything is deployed",
        )
