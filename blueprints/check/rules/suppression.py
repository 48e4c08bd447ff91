"""A suppression that is past its date, hides nothing, or names no rule.

Looks at the entries under `suppress` of the settings, and at the names of rules under `levels`.
Every suppression has a reason and a last day, so that what was accepted for a while is looked at
again. One that is past its day hides nothing any more; one that hides nothing would hide the next
mistake of its kind without anybody having decided so. This rule cannot be suppressed.

To mend it: mend what the entry hid and remove the entry, or give it a new reason and date.
"""

from collections.abc import Iterator

from blueprints.check import suppressions
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tools.tool import names as tool_names

ID = suppressions.RULE
LEVEL = Level.WARNING


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Entries that hide nothing are told by the run, which knows what all rules said."""
    from blueprints.check import registry

    ids = {*registry.ids(), *tool_names()}
    yield from suppressions.expired(settings, settings.today)
    yield from suppressions.unknown(settings, ids)
    for name in settings.levels:
        if name not in ids:
            yield Finding(
                settings.suppress_file, 0, ID, f"a level of {name}, which is no rule", LEVEL
            )
