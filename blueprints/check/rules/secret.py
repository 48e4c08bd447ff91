"""A secret in the repository, or in its Git history.

Looks at every file for keys and tokens by their published forms (clouds, Git forges, registries,
Vault and OpenBao, age, kubeconfig, private keys, passwords in URLs and assignments), at the values
of Secrets (base64 decoded), at environment variables that carry a password as a plain value, and
at every file that any ref of the Git history reaches. Whoever can read a repository has its
secrets, and a commit that removes one leaves it in every clone. The value itself is never shown.

To mend it: take the secret out of use first, then out of the file; in a cluster, refer to it (an
ExternalSecret, `valueFrom.secretKeyRef`). What is only in the history needs no more than being
out of use; `git filter-repo` removes it. An example that is none: suppress it with a reason.
"""

from bisect import bisect_right
from collections.abc import Iterator
from hashlib import sha1

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.secrets.history import Once, search_history
from blueprints.check.secrets.manifests import in_object
from blueprints.check.secrets.patterns import search
from blueprints.check.settings import Settings

ID = "secret"
LEVEL = Level.ERROR

MOST_FILE = 16 << 20
"""Bytes of one file that is searched; larger ones are data."""
MOST_IN_A_FILE = 100
_HINT = "take it out of use, then refer to it: an ExternalSecret, valueFrom.secretKeyRef"
_OLD = "take it out of use: it is in every clone; git filter-repo removes it from the history"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Work tree, objects, history; each place once."""
    blobs: set[str] = set()
    for path in repo.files:
        if repo.size(path) > MOST_FILE:
            yield NotChecked(ID, f"larger than {MOST_FILE >> 20} MiB", path)
            continue
        data = repo.read(path)
        # Git's own name of such a file, so that the history does not tell it again.
        blobs.add(sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())
        yield from _in_file(path, data)
    for one in repo.written:
        for planted in in_object(one):
            yield Finding(one.file, one.line_of(*planted.path), ID, planted.what, hint=_HINT)
    if settings.history:
        for found in search_history(repo.folder, blobs):
            if isinstance(found, Once):
                message = f"{found.what} in the Git history (commit {found.commit})"
                yield Finding(found.file, 0, ID, message, hint=_OLD)
            else:
                yield NotChecked(ID, found)


def _in_file(path: str, data: bytes) -> Iterator[Finding]:
    starts: list[int] = []
    told: set[tuple[int, str]] = set()
    for hit in search(data):
        starts = starts or _line_starts(data)
        place = (bisect_right(starts, hit.start), hit.what)
        if place not in told and len(told) < MOST_IN_A_FILE:
            told.add(place)
            yield Finding(path, place[0], ID, hit.what, hint=_HINT)


def _line_starts(data: bytes) -> list[int]:
    starts = [0]
    at = data.find(b"\n")
    while at >= 0:
        starts.append(at + 1)
        at = data.find(b"\n", at + 1)
    return starts
