"""Findings about documents."""

from blueprints.check.cluster.shape import Path
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level


def found(
    rule: str, level: Level, item: Object, path: Path, message: str, hint: str = ""
) -> Finding:
    """A finding at a place of a document, or of the closest place above that is there."""
    return Finding(item.file, item.line_of(*path), rule, message, level, hint)
