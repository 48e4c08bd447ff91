"""One file, three versions: which way of merging is the right one."""

from pathlib import Path, PurePosixPath

from blueprints.update.merge_text import has_markers, merge_text
from blueprints.update.merge_yaml import merge_yaml
from blueprints.update.merged import Conflict, Labels, Merged
from blueprints.update.yaml_tree import NotForMerging

_YAML = frozenset((".yaml", ".yml", ".yamllint"))


def merge(
    path: str, base: bytes, new: bytes, user: bytes, labels: Labels, git: Path | None
) -> Merged:
    """The user's file with what the new version changed.

    YAML by what it says, other text by lines with the program `git`, anything else whole or not
    at all. `path` names the file and tells its kind.
    """
    if user == new or new == base:
        return Merged(user)
    if user == base:
        return Merged(new)
    if has_markers(user):
        return Merged(user, (Conflict(path, "", 0, "still has conflict markers in it"),))
    if is_yaml(path):
        try:
            return merge_yaml(path, base.decode(), new.decode(), user.decode(), labels)
        except (NotForMerging, UnicodeDecodeError):
            pass  # a template of a chart, or what is no YAML yet: text
    return merge_text(path, base, new, user, labels, git)


def is_yaml(path: str) -> bool:
    """Whether a file of this name is read as YAML."""
    name = PurePosixPath(path)
    return (name.suffix or name.name) in _YAML
