"""Lists of switches and rulesets of gateways as lines: enough for rules about their form."""

import re
from collections.abc import Iterator

from blueprints.check.repository import Repository

SWITCHES = "network/switches"
RULESETS = "network/perimeter"
_COMMENT = re.compile(r"^\s*[!#]")


def lines(repo: Repository, file: str) -> Iterator[tuple[int, str]]:
    """Those that say something, from 1, as they stand."""
    for number, line in enumerate(repo.text(file).splitlines(), 1):
        if line.strip() and not _COMMENT.match(line):
            yield number, line.rstrip()


def switches(repo: Repository, *formats: str) -> Iterator[str]:
    """Files of switches in some formats (``eos``, ``ios``, ``junos``)."""
    return (one for one in repo.under(SWITCHES) if one.rpartition(".")[2] in formats)
