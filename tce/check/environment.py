"""Whether a repository is a trusted environment's, and what its specification says, unjudged."""

from blueprints.check.documents import Yaml, text
from blueprints.check.repository import Repository

FILE = "spec.yaml"


def environment(repo: Repository) -> Yaml | None:
    """The specification of a trusted environment (``blueprint: tce``); None in any other
    repository. Its data may have any shape."""
    if not repo.exists(FILE):
        return None
    for document in repo.yaml(FILE):
        if text(document.data, "blueprint") == "tce":
            return document
    return None
