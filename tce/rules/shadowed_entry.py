"""An entry of a filter that no packet reaches, because all were decided before it.

Looks at `network/switches/*.eos` and `*.ios`: entries after one that denies or permits everything,
and entries that stand twice. The proof finds every entry without effect; this finds the plain ones
in files that nobody proves, with no solver.

An entry that has no effect is one that somebody counts on: Aerleon writes terms after the final
denial without a word.

Put it before the last entry, or take it out.
"""

import re
from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.acl import lines, switches
from tce.check.environment import environment

ID = "shadowed-entry"
LEVEL = Level.ERROR

_LIST = re.compile(r"^(?:ip|ipv6) access-list (?:extended |standard )?(\S+)")
_ENTRY = re.compile(r"^\s+(?:\d+ )?(?:sequence \d+ )?((?:permit|deny) .*)$")
_ALL = re.compile(r"^(?:permit|deny) (?:ip|ipv6) any any(?: log)?$")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every entry after the last word, and every one that stands twice."""
    if environment(repo) is None:
        return
    for file in switches(repo, "eos", "ios"):
        seen: dict[str, int] = {}
        last = 0
        for number, line in lines(repo, file):
            if _LIST.match(line):
                seen, last = {}, 0
                continue
            entry = _ENTRY.match(line)
            if entry is None:
                continue
            said = " ".join(entry[1].split())
            if last:
                message = f"is never reached: line {last} decides everything"
                yield Finding(file, number, ID, message, LEVEL)
            elif said in seen:
                yield Finding(file, number, ID, f"says what line {seen[said]} says", LEVEL)
            elif _ALL.match(said):
                last = number
            seen.setdefault(said, number)
