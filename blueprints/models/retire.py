"""`tutela model retire`: one model less in a repository; its weights stay where they are."""

from pathlib import Path

from blueprints.engine.edit import NotEditableError
from blueprints.models.changed import Changed
from blueprints.models.listing import without_entry
from blueprints.models.specified import KEY, read
from blueprints.update.update import Options, RefusedError


def retire(name: str, folder: Path, options: Options) -> Changed:
    """Take a model out of a repository, with all that was rendered for it.

    Raises RefusedError for a model that there is not, and as `tutela blueprint update`: a file of
    the model that somebody edited is a conflict, and nothing is written.
    """
    specified = read(folder)
    index = specified.place(name)
    model = specified.serving.models[index]
    try:
        text = without_entry(specified.text, KEY, index)
    except NotEditableError as error:
        raise RefusedError(
            f"cannot change {specified.file}: {error}",
            f"take the model out yourself, then: tutela blueprint update {folder}",
        ) from error
    models = specified.listed
    del models[index]
    updated = specified.update(text, models, options)
    return Changed("retired", model, specified.serving.sites, updated)
