"""A specification in the words of an earlier version, carried over with its comments."""

from blueprints import yamlfile
from blueprints.emit.yaml import yaml_text
from blueprints.engine import spec
from blueprints.engine.blueprint import Blueprint
from blueprints.engine.spec import Loaded
from blueprints.update.merge_yaml import merge_yaml
from blueprints.update.merged import Labels
from blueprints.update.yaml_tree import NotForMerging
from blueprints.yamlfile import InvalidFileError


def carried_over(loaded: Loaded, name: str, blueprint: Blueprint | None = None) -> Loaded:
    """The same specification, its text in the words of the installed version.

    What the migrations change is changed in the text; comments, order and all else stay. Where
    the text cannot be changed in that way it stays as it is: it is carried over at each reading.
    `name` is used in errors; `blueprint` stands in for the one that is installed.
    """
    before = yamlfile.load_bytes(loaded.text, name, columns=True, max_bytes=spec.MAX_BYTES).data
    if before == loaded.data:
        return loaded
    try:
        merged = merge_yaml(
            name,
            yaml_text([before]).decode(),
            yaml_text([loaded.data]).decode(),
            loaded.text.decode("utf-8-sig"),
            Labels(),
        )
        if merged.conflicts:
            return loaded
        written = spec.parse(merged.content, name, blueprint)
    except (NotForMerging, InvalidFileError):
        return loaded
    return written if written.data == loaded.data else loaded
