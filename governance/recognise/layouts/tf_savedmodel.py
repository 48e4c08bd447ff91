"""TensorFlow SavedModels: `saved_model.pb`, `variables/`, `assets/`.

Source: TensorFlow `python/saved_model/save.py` and `core/protobuf/saved_model.proto`
(`fingerprint.pb` is written last).
"""

from collections.abc import Sequence

from governance.artifact import Kind, Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder
from governance.recognise.layouts.tf_checkpoint import Look, is_saved
from governance.recognise.sets import gaps_of_n

NAME = "tf-savedmodel"
FILES = (
    r"saved_model\.pb(?:txt)?|fingerprint\.pb|keras_metadata\.pb|variables\.index"
    r"|variables\.data-\d{5}-of-\d{5}"
)
ROLES = ((r"(^|/)variables/variables\.data-#-of-#$", Role.MIXED),)

_STEM = "variables/variables"


def match(folder: Folder) -> Sequence[Find]:
    """Match the folder; the checkpoint in its sub-folder is a part of it and none of its own."""
    if not is_saved(folder):
        return ()
    variables = folder.folders.get("variables")
    if "saved_model.pb" in folder.files or "saved_model.pbtxt" in folder.files:
        missing = []
    elif variables is None:
        return ()
    else:
        missing = ["saved_model.pb"]
    data = [] if variables is None else variables.ending(".data-#-of-#")
    index = folder.file(f"{_STEM}.index") or 0
    if data and not index:
        missing.append(f"{_STEM}.index")
    missing += [f"variables/{name}" for name in gaps_of_n(data, first=0)]
    total = sum(variables.files[name] for name in data) if variables is not None else 0
    look = Look(folder.path + _STEM, index, total)
    return (
        Find(
            NAME,
            Kind.MODEL,
            folder,
            sealed=True,
            missing=tuple(folder.path + name for name in missing),
            reads=look.reads,
            judge=look.judge if look.reads else None,
            unsure=f"{look.key} is too long to be read" if index and not look.reads else None,
        ),
    )
