"""A JSON file cannot be read, or says something twice.

Looks at every `.json` file (those that tools allow comments in, such as `tsconfig.json` and what
lies in `.vscode`, are left out): syntax, UTF-8, `NaN` and `Infinity`, keys that stand twice in one
object.

Correct the line that the message names.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "json-syntax"
LEVEL = Level.ERROR

_MOST_BYTES = 8 << 20


class _TwiceError(ValueError):
    """A key stands twice; its text is the key."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield the first thing wrong in each file."""
    for path in repo.files:
        name = path.rpartition("/")[2]
        if not path.endswith(".json") or name.startswith(("tsconfig", "jsconfig")):
            continue
        if ".vscode/" in path or ".devcontainer" in path:
            continue
        found = _problem(repo, path)
        if found is not None:
            line, message = found
            yield Finding(path, line, ID, visible(message), LEVEL)


def _problem(repo: Repository, path: str) -> tuple[int, str] | None:
    if repo.size(path) > _MOST_BYTES:
        return 0, f"is larger than {_MOST_BYTES >> 20} MiB"
    raw = repo.read(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return raw.count(b"\n", 0, error.start) + 1, "is not UTF-8 text"
    try:
        json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_int=_short)
    except json.JSONDecodeError as error:
        return error.lineno, f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    except _TwiceError as error:
        key = str(error)
        places = list(re.finditer(re.escape(json.dumps(key, ensure_ascii=False)), text))
        line = text.count("\n", 0, places[-1].start()) + 1 if places else 0
        return line, f"key {json.dumps(key)} stands twice in one object"
    except RecursionError:
        return 0, "is nested too deep"
    except ValueError as error:
        return 0, str(error)
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _TwiceError(key)
            seen.add(key)
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _short(digits: str) -> int:
    # Only whether it can be read matters, and reading long digits costs quadratic time.
    return int(digits[:300])
