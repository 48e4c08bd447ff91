"""A file that takes a switch's filter away before it gives it the new one.

Looks at `network/switches/*.eos` and `*.ios`: a list that is deleted and built again under its own
name, and an interface whose list is taken off before the new one is bound.

A list that is bound and not there permits everything (EOS, IOS): from the deletion to the last line
of the new list, the environment is open. That is how generators of lists usually begin their files.

Give each list a name of its own (a digest of its content), build it, then change the binding over.
"""

import re
from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.acl import lines, switches
from tce.check.environment import environment

ID = "unfiltered-window"
LEVEL = Level.ERROR

_DELETED = re.compile(r"^\s*no (?:ip|ipv6) access-list (?:extended |standard )?(\S+)")
_UNBOUND = re.compile(r"^\s+no (?:ip access-group|ipv6 (?:access-group|traffic-filter))\b")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every list that is deleted or unbound by the file that installs it."""
    if environment(repo) is None:
        return
    for file in switches(repo, "eos", "ios"):
        for number, line in lines(repo, file):
            found = _DELETED.match(line)
            if found is not None:
                message = f"the list {found[1]} is deleted: until it is there again, all passes"
                yield Finding(file, number, ID, message, LEVEL, "build a list of another name")
            elif _UNBOUND.match(line):
                message = "the interface is without a list until the next line binds one"
                yield Finding(file, number, ID, message, LEVEL, "bind the new list over the old")
