"""A data set that DVC tracks: pointers in Git, content in a remote, both in DVC's own formats.

Format: DVC 3 remotes (`files/md5/`), the list of a folder by dvc-data's own class.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tutela.demo.repositories import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

PREFIX = "dvc"
"""Of the DVC remote, in the bucket."""
TAG = "refs/tags/paper-2025"
_LANGUAGES = ("de", "fr", "it", "rm")


@dataclass(frozen=True)
class Stored:
    """A folder as DVC stores it."""

    oid: str
    """Digest of its list, with `.dir`."""
    size: int
    """Bytes of its files."""
    objects: Mapping[str, bytes]
    """Keys in the remote, and what lies there."""

    def pointer(self, path: str, count: int) -> bytes:
        """Return the text of `PATH.dvc`."""
        return (
            f"outs:\n- md5: {self.oid}\n  size: {self.size}\n  nfiles: {count}\n"
            f"  hash: md5\n  path: {path}\n"
        ).encode()


def folder(files: Mapping[str, bytes]) -> Stored:
    """Return a folder of files as DVC stores it."""
    from dvc_data.hashfile.tree import Tree

    digests = {name: _md5(content) for name, content in files.items()}
    tree = Tree.from_list(
        [{"relpath": name, "md5": digest} for name, digest in digests.items()], hash_name="md5"
    )
    tree.digest()
    return Stored(
        oid=str(tree.oid),
        size=sum(map(len, files.values())),
        objects={_key(digests[name]): content for name, content in files.items()}
        | {_key(str(tree.oid)): tree.as_bytes()},
    )


def corpus(version: int) -> dict[str, bytes]:
    """Return the files of a version of the corpus; versions share all languages but one."""
    files = {}
    for number, language in enumerate(_LANGUAGES):
        seed = number * 100 + (version if language == "rm" else 0)
        noise = random.Random(seed)  # noqa: S311 - filler
        files[f"{language}.txt"] = "".join(
            f"{noise.getrandbits(256):x}\n" for _ in range(200)
        ).encode()
    return files


def build(client: S3Client, bucket: str, endpoint: str, path: Path, now: datetime) -> None:
    """Push two versions and a stray file to the remote and write the repository at `path`.

    `main` has the newer version. The older one is known to a tag only: the branch that it was
    made on is gone. What was pushed and never committed is known to nobody.
    """
    old, new = folder(corpus(1)), folder(corpus(2))
    stray = b"a first try that was pushed and never committed\n" * 100
    for key, content in {**old.objects, **new.objects, _key(_md5(stray)): stray}.items():
        client.put_object(Bucket=bucket, Key=key, Body=content)
    config = (
        "[core]\n    remote = store\n['remote \"store\"']\n"
        f"    url = s3://{bucket}/{PREFIX}\n    endpointurl = {endpoint}\n"
    )
    always = {
        ".dvc/config": config.encode(),
        ".gitignore": b"/corpus\n",
        "README.md": b"# Swiss corpus\n\n`dvc pull` gets the text.\n",
    }
    repository = Repository(path)
    first = repository.commit("Track nothing yet", always, now - timedelta(days=200))
    for ref, stored, days in ((TAG, old, 150), ("refs/heads/main", new, 100)):
        pointer = stored.pointer("corpus", len(_LANGUAGES))
        repository.commit(
            "Corpus",
            {**always, "corpus.dvc": pointer},
            now - timedelta(days=days),
            ref=ref,
            parents=[first],
        )
    repository.check_out()


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _key(oid: str) -> str:
    return f"{PREFIX}/files/md5/{oid[:2]}/{oid[2:]}"
