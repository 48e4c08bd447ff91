"""Notes on runs and logged models: state, status, tags, code, image, metrics."""

import re
from collections.abc import Iterable, Mapping

from governance.evidence.claim import Key
from governance.evidence.gather import Gather
from governance.evidence.mlflow.entities import Point

STATUS = {
    "SCHEDULED": "running",
    "RUNNING": "running",
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "killed",
    "PENDING": "running",
    "READY": "finished",
}
"""MLflow's words for runs and for logged models, and ours."""
_COMMITS = ("mlflow.source.git.commit", "mlflow.databricks.gitRepoCommit")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_IMAGE_KEY = re.compile(r"image|container", re.IGNORECASE)
_IMAGE = re.compile(r"(?:[^\n]*@)?(sha256:[0-9a-f]{64})")


def note_state(into: Gather, node: str, active: bool, status: str | None) -> None:
    """Note whether something was deleted softly, and its status where that is a known one."""
    into.note(node, Key.STATE, text="active" if active else "deleted")
    if status in STATUS:
        into.note(node, Key.STATUS, text=STATUS[status])


def note_tags(into: Gather, node: str, tags: Mapping[str, str]) -> None:
    """Note all tags, and the commit and the image's digest that some of them hold."""
    for key, value in sorted(tags.items()):
        into.note(node, f"{Key.TAG}:{key}", text=value)
    for commit in sorted({tags[key].lower() for key in _COMMITS if key in tags}):
        if _COMMIT.fullmatch(commit):
            into.note(node, Key.COMMIT, text=commit)
    images = (
        match[1]
        for key, value in tags.items()
        if _IMAGE_KEY.search(key) and (match := _IMAGE.fullmatch(value))
    )
    for image in sorted(set(images)):
        into.note(node, Key.IMAGE, text=image)


def note_points(into: Gather, node: str, points: Iterable[Point]) -> None:
    """Note values of metrics; what is no number is noted as null."""
    for point in points:
        into.note(node, f"{Key.METRIC}:{point.metric}", number=point.value, step=point.step)
