"""A record whose putting failed: whether it counts is asked, before its body is removed."""

from blueprints.errors import ExpectedError
from tce.seal.headers.store import HeaderStore, Record
from tce.seal.place import Place


def undo(store: HeaderStore, place: Place, body: str, error: ExpectedError) -> None:
    """Remove a new body, unless its record counts after all: an answer may have been lost.

    Args:
        store: where its record was to go.
        place: where the body lies, as its id.
        body: the id.
        error: why it failed; gets a note where it is not known whether the body is of use.
    """
    try:
        found = store.find(body)
    except ExpectedError:
        error.add_note(f"whether {place.uri_of(body)} is of any use could not be asked")
        return
    if isinstance(found, Record) and found.id == body:
        error.add_note(f"version {found.version} of {found.name} counts all the same")
    else:
        place.remove(body)
