"""A TOML file cannot be read.

Looks at every `.toml` file: syntax, UTF-8, and tables or keys that are defined twice (the
environment definition files of container engines on HPC systems are TOML, and each of their tables
may stand only once).

Correct the line that the message names.
"""

import re
import tomllib
from collections.abc import Iterator

from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "toml-syntax"
LEVEL = Level.ERROR

_MOST_BYTES = 1 << 20
_PLACE = re.compile(r"^(?P<what>.*?)(?: \(at line (?P<line>\d+), column \d+\))?$", re.DOTALL)


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield the first thing wrong in each file."""
    for path in repo.files:
        if not path.endswith(".toml"):
            continue
        if repo.size(path) > _MOST_BYTES:
            yield Finding(path, 0, ID, f"is larger than {_MOST_BYTES >> 20} MiB", LEVEL)
            continue
        raw = repo.read(path)
        try:
            tomllib.loads(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            yield Finding(path, line, ID, "is not UTF-8 text", LEVEL)
        except RecursionError:
            yield Finding(path, 0, ID, "is nested too deep", LEVEL)
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.match(str(error))
            line = int(place["line"] or 0) if place else 0
            what = place["what"] if place else str(error)
            message = f"is not TOML: {what[:1].lower()}{what[1:]}"
            yield Finding(path, line, ID, visible(message), LEVEL)
