"""Files sealed by `tutela tce seal`: ``NAME.age`` with ``NAME.age.dsse.json``, or a body by itself.

What they are is told by their manifests (`governance.sealed`), not by their names.
"""

from collections.abc import Sequence

from governance.artifact import Role
from governance.recognise.find import Find
from governance.recognise.folder import Folder

NAME = "sealed"
FILES = r".+\.age(?:\.dsse\.json)?"
BODIES = r"[0-9a-z]{26}"
"""Names of bodies whose headers are elsewhere; looked for where some are known."""
ROLES: Sequence[tuple[str, Role]] = ()


def match(folder: Folder) -> Sequence[Find]:
    """Nothing: a name says neither what is in a sealed file nor that it is one."""
    return ()
