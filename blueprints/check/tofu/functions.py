"""Functions of Terragrunt's expressions that only read the repository; no other is worked out.

`run_cmd`, `sops_decrypt_file`, `get_env` and whatever else reaches out of the repository are never
called: what they give is `UNKNOWN`. Source: the reference of Terragrunt's HCL functions and that of
OpenTofu's.
"""

import posixpath
import re
from typing import Any

from blueprints.check.repository import Repository
from blueprints.check.tofu.values import (
    UNKNOWN,
    Function,
    Placed,
    Unknown,
    WrongError,
    as_text,
    bounded,
)

TOP = "/repository"
"""The folder that stands for the repository's own: paths in it are absolute, as Terragrunt's."""


def inside(path: str) -> str | None:
    """A path relative to the repository; None for one that leads out of it."""
    plain = posixpath.normpath(path)
    if plain == TOP:
        return ""
    return plain.removeprefix(f"{TOP}/") if plain.startswith(f"{TOP}/") else None


def functions(repo: Repository, here: str, unit: str, included: str) -> dict[str, Function]:
    """Functions as they work in a file.

    ``here`` is the folder of the file, ``unit`` that of the unit which is run, and ``included``
    that of the file which the unit includes last; all relative to the repository.
    """
    reader = _Reader(repo, here)
    return PLAIN | {
        "file": reader.text,
        "fileexists": reader.exists,
        "yamldecode": reader.yaml,
        "jsondecode": reader.yaml,
        "find_in_parent_folders": lambda *given: reader.upwards(unit, *given),
        "get_terragrunt_dir": lambda: Placed(posixpath.join(TOP, unit)),
        "get_original_terragrunt_dir": lambda: Placed(posixpath.join(TOP, unit)),
        "get_working_dir": lambda: UNKNOWN,
        "get_parent_terragrunt_dir": lambda *_: posixpath.join(TOP, included),
        "get_repo_root": lambda: TOP,
        "get_path_from_repo_root": lambda: Placed(unit or "."),
        "get_path_to_repo_root": lambda: posixpath.relpath("/", f"/{unit}"),
        "path_relative_to_include": lambda *_: Placed(
            posixpath.relpath(f"/{unit}", f"/{included}")
        ),
        "path_relative_from_include": lambda *_: posixpath.relpath(f"/{included}", f"/{unit}"),
    }


class _Text(str):
    """The text of a file, which knows where it is from."""

    __slots__ = ("path",)
    path: str


class _Reader:
    def __init__(self, repo: Repository, here: str) -> None:
        self.repo = repo
        self.here = posixpath.join(TOP, here)

    def _path(self, given: Any) -> str | None:
        return inside(posixpath.join(self.here, given)) if isinstance(given, str) else None

    def text(self, given: Any) -> Any:
        path = self._path(given)
        if path is None:
            return UNKNOWN
        if not self.repo.exists(path):
            raise WrongError(f"there is no file {path}")
        if self.repo.size(path) > 8 << 20:
            return UNKNOWN
        found = _Text(self.repo.text(path))
        found.path = path
        return found

    def exists(self, given: Any) -> Any:
        path = self._path(given)
        return UNKNOWN if path is None else self.repo.exists(path)

    def yaml(self, given: Any) -> Any:
        if not isinstance(given, _Text):
            return UNKNOWN
        documents = self.repo.yaml(given.path)
        if len(documents) != 1:
            raise WrongError(f"{given.path} is not one document of YAML")
        return documents[0].data

    def upwards(self, unit: str, name: Any = "terragrunt.hcl", default: Any = None) -> Any:
        """As Terragrunt looks for it: from the folder above the unit on."""
        if not isinstance(name, str):
            return UNKNOWN
        folder = unit
        while folder:
            folder = posixpath.dirname(folder)
            path = posixpath.join(folder, name)
            if self.repo.exists(path) or self.repo.is_dir(path):
                return posixpath.join(TOP, path)
        if default is None:
            raise WrongError(f"no folder above holds {name}")
        return default


def _known(*values: Any) -> bool:
    return not any(isinstance(one, Unknown) for one in values)


def _merge(*maps: Any) -> Any:
    found: dict[str, Any] = {}
    for one in maps:
        if not isinstance(one, dict):
            return UNKNOWN
        found.update(one)
    return found if len(found) <= 1 << 16 else UNKNOWN


def _lookup(map_: Any, key: Any, *default: Any) -> Any:
    if not isinstance(map_, dict) or not isinstance(key, str):
        return UNKNOWN
    if key in map_:
        return map_[key]
    if default:
        return default[0]
    raise WrongError(f"there is no {key}")


def _join(mark: Any, *lists: Any) -> Any:
    words = [as_text(one) for several in lists for one in several]
    if not isinstance(mark, str) or len(words) > 1 << 12:
        return UNKNOWN
    known = [one for one in words if one is not None]
    short = sum(map(len, known)) + len(mark) * len(known) < 1 << 16
    return mark.join(known) if short and len(known) == len(words) else UNKNOWN


def _concat(*lists: Any) -> Any:
    if not all(isinstance(one, list) for one in lists):
        return UNKNOWN
    return bounded([inner for one in lists for inner in one])


def _replace(text: Any, old: Any, new: Any) -> Any:
    plain = all(isinstance(one, str) for one in (text, old, new))
    if not plain or not old or len(text) * (len(new) + 1) > 1 << 20:
        return UNKNOWN
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return UNKNOWN  # a regular expression
    return text.replace(old, new)


def _coalesce(*values: Any) -> Any:
    for one in values:
        if isinstance(one, Unknown):
            return UNKNOWN
        if one not in (None, ""):
            return one
    raise WrongError("coalesce finds nothing")


def _of_text(change: Function) -> Function:
    def call(value: Any) -> Any:
        return change(value) if isinstance(value, str) else UNKNOWN

    return call


def _split(mark: Any, text: Any) -> Any:
    return text.split(mark) if isinstance(text, str) and isinstance(mark, str) else UNKNOWN


def _contains(values: Any, one: Any) -> Any:
    return one in values if isinstance(values, list) and _known(one, *values) else UNKNOWN


def _format(pattern: Any, *given: Any) -> Any:
    """`format` with `%s` and `%d` only."""
    words = [as_text(one) for one in given]
    known = [one for one in words if one is not None]
    pieces = re.split("%[sd]", pattern)
    if len(pieces) != len(known) + 1 or len(known) != len(words) or "%" in "".join(pieces):
        return UNKNOWN
    return "".join(one + word for one, word in zip(pieces, [*known, ""], strict=True))


def _tostring(value: Any) -> Any:
    found = as_text(value)
    return UNKNOWN if found is None else found


PLAIN: dict[str, Function] = {
    "basename": _of_text(posixpath.basename),
    "dirname": _of_text(lambda one: posixpath.dirname(one) or "."),
    "abspath": _of_text(lambda one: one if one.startswith("/") else UNKNOWN),
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "trimspace": _of_text(str.strip),
    "trimprefix": lambda text, mark: text.removeprefix(mark),
    "trimsuffix": lambda text, mark: text.removesuffix(mark),
    "startswith": lambda text, mark: text.startswith(mark),
    "endswith": lambda text, mark: text.endswith(mark),
    "format": _format,
    "tostring": _tostring,
    "tolist": lambda value: value if isinstance(value, list) else UNKNOWN,
    "tomap": lambda value: value if isinstance(value, dict) else UNKNOWN,
    "merge": _merge,
    "lookup": _lookup,
    "join": _join,
    "split": _split,
    "concat": _concat,
    "replace": _replace,
    "coalesce": _coalesce,
    "contains": _contains,
    "keys": lambda value: sorted(value) if isinstance(value, dict) else UNKNOWN,
    "values": lambda value: [value[one] for one in sorted(value)],
    "length": lambda value: len(value) if isinstance(value, (dict, list, str)) else UNKNOWN,
}
"""Those that need nothing but their arguments."""
