"""A filter of a trusted environment that lets the other family of addresses through.

Looks at `network/perimeter/*.nft` (tables of `ip` or `ip6` alone; `inet` is both) and at
`network/switches/*` (lists or filters of one family, or only one bound to the interface).

A ruleset with `table ip` filters IPv4 and nothing else: rendered so by Aerleon 1.18 and loaded as
it was, another tenant reached every probed port by IPv6 and none by IPv4. No golden file shows it.

Filter both families in one `table inet`, and bind a list of each to the interface.
"""

import re
from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.acl import RULESETS, lines, switches
from tce.check.environment import environment

ID = "address-families"
LEVEL = Level.ERROR

_TABLE = re.compile(r"^\s*table\s+(ip|ip6)\s")
_LISTS = {
    "eos": (r"^ip access-list ", r"^ipv6 access-list "),
    "ios": (r"^ip access-list ", r"^ipv6 access-list "),
    "junos": (r"\bfamily inet (?:\{|filter\b)", r"\bfamily inet6 (?:\{|filter\b)"),
}


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every table of one family, and every switch that lacks one."""
    if environment(repo) is None:
        return
    for file in repo.under(RULESETS):
        for number, line in lines(repo, file):
            found = _TABLE.match(line)
            if found is not None:
                message = f"a table of {found[1]} sees one family, and the other passes unfiltered"
                yield Finding(file, number, ID, message, LEVEL, "write table inet")
    for file in switches(repo, *_LISTS):
        said = [line for _, line in lines(repo, file)]
        for family, pattern in zip((4, 6), _LISTS[file.rpartition(".")[2]], strict=True):
            if not any(re.search(pattern, line) for line in said):
                message = f"no filter of IPv{family}: all of it passes"
                yield Finding(file, 0, ID, message, LEVEL)
