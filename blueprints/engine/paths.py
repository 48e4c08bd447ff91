"""Names of files that are the same on every machine and stay inside the repository."""

import unicodedata
from collections.abc import Iterable

from blueprints.display import visible
from blueprints.errors import ExpectedError

_LONGEST_PART = 200  # bytes; file systems hold 255, a temporary name has to fit as well
_LONGEST = 1000


class InvalidPathError(ExpectedError):
    """A file name that cannot be in a repository."""

    kind = "invalid path"


def check_path(path: str) -> str:
    """The same path; raises :class:`InvalidPathError` unless it is relative and plain.

    Refused are ``..``, an absolute path, characters that do not show, ``\\``, ``:``, a blank or dot
    at the end of a part, anything inside ``.git``, and what file systems cannot hold.
    """
    problem = _problem(path)
    if problem:
        raise InvalidPathError(f"a file cannot be called {visible(path[:200])!r}: {problem}")
    return path


def check_paths(paths: Iterable[str]) -> None:
    """Every path by itself, and all together.

    Raises :class:`InvalidPathError` for one that comes twice, two that differ in case or Unicode
    form only (some file systems hold one of them), and a file that another needs as its folder.
    """
    seen: dict[str, str] = {}
    for path in paths:
        folded = _folded(check_path(path))
        if folded in seen:
            twin = seen[folded]
            what = "comes twice" if twin == path else f"differs from {twin} in case only"
            raise InvalidPathError(f"the file {path} {what}")
        seen[folded] = path
    for folded, path in seen.items():
        parts = folded.split("/")
        for length in range(1, len(parts)):
            file = seen.get("/".join(parts[:length]))
            if file is not None:
                raise InvalidPathError(f"{file} is a file and the folder of {path}")


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFKC", path.casefold())


def _problem(path: str) -> str:
    if not path or path.startswith("/") or len(path) > _LONGEST:
        return "it has to be a relative path of at most 1000 characters"
    if visible(path) != path:
        return "it holds characters that do not show"
    if "\\" in path or ":" in path:
        return "it holds a backslash or a colon"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return f"a part of it is {part!r}"
        if part[-1] in ". " or part[0] == " ":
            return "a part of it ends in a dot or a blank"
        if part.lower() == ".git" or part.lower().startswith("git~"):
            return "what Git keeps is its own"
        if len(part.encode(errors="surrogatepass")) > _LONGEST_PART:
            return f"a part of it is longer than {_LONGEST_PART} bytes"
    return ""
