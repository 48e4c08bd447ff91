"""A generated file is not as it was rendered.

Looks at `tutela.lock`, where there is one: files whose owner is `generated` have the bytes and the
executable bit that were rendered, and are there. Files of the owners `shared` and `user` are
yours. A specification that was edited since the render is found too. A lock that cannot be read,
or that a newer tutela wrote, is an error.

The next update would meet such an edit, merge it or call it a conflict. Say what you need in the
specification instead, and run `tutela blueprint update .`; `tutela blueprint diff .` shows the
edits.
"""

import hashlib
from collections.abc import Iterator

from blueprints.check.finding import Finding, Level
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "drift"
LEVEL = Level.WARNING


def check(repo: Repository, settings: Settings) -> Iterator[Finding]:
    """Yield one finding for each generated file that differs."""
    from blueprints.engine.blueprint import Owner
    from blueprints.engine.lock import NAME, InvalidLockError, parse

    if not repo.exists(NAME):
        return
    try:
        lock = parse(repo.read(NAME), NAME)
    except InvalidLockError as error:
        hint = "; ".join(getattr(error, "__notes__", ()))
        yield Finding(NAME, 1, ID, visible(str(error)), Level.ERROR, hint)
        return
    for path, entry in lock.files.items():
        if entry.owner is not Owner.GENERATED:
            continue
        if not repo.exists(path):
            yield Finding(
                path,
                0,
                ID,
                "generated, and not here any more",
                LEVEL,
                "tutela blueprint update . leaves it out from then on",
            )
        elif hashlib.sha256(repo.read(path)).hexdigest() != entry.sha256:
            hint = "say it in the specification, then: tutela blueprint update ."
            yield Finding(path, 0, ID, "generated, and edited since", LEVEL, hint)
        elif repo.is_executable(path) != entry.executable:
            wanted = "not be " if not entry.executable else "be "
            hint = f"chmod {'+' if entry.executable else '-'}x {path}"
            message = f"generated to {wanted}executable"
            yield Finding(path, 0, ID, message, LEVEL, visible(hint))
    spec = lock.spec_file
    if repo.exists(spec) and hashlib.sha256(repo.read(spec)).hexdigest() != lock.spec_sha256:
        yield Finding(
            spec,
            0,
            ID,
            "the specification was edited since the repository was rendered from it",
            LEVEL,
            "tutela blueprint update .",
        )
