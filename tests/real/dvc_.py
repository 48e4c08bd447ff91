"""A DVC remote and a DVC cache: two versions of a dataset and a single file."""

import hashlib
import json
import os
import tempfile
from pathlib import Path

from dvc.repo import Repo

from tests.real.case import Case
from tests.real.place import inside

LIBRARIES = ("dvc",)


def write(folder: Path) -> None:
    """A remote after two pushes, and one in the layout of DVC 2."""
    _remote(folder)
    _old_remote(folder)


def _put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


FIRST = {"corpus/a.txt": "alpha\n", "corpus/b.txt": "beta\n", "corpus/sub/c.txt": "gamma\n"}
SECOND = {**FIRST, "corpus/b.txt": "beta, cleaned\n"}


def _remote(folder: Path) -> None:
    """Version 2 shares two of its three files with version 1."""
    source = "dvc add; dvc push to a remote; edit; dvc add; dvc push"
    case = Case(folder, "dvc-remote", source, LIBRARIES)
    case.note = "what `dvc push` puts under the remote's prefix; the work tree is not in the bucket"
    os.environ["DVC_NO_ANALYTICS"] = "1"
    with tempfile.TemporaryDirectory() as name, inside(Path(name)):
        work = Path(name)
        repo = Repo.init(no_scm=True)
        with repo.config.edit() as config:
            config["remote"] = {"store": {"url": str(case.tree / "dvc")}}
            config["core"] |= {"remote": "store", "analytics": False}
        for files in (FIRST, SECOND):
            _put(work, {**files, "vocab.json": '{"salve": 0}\n'})
            repo = Repo(work)
            repo.add(["corpus", "vocab.json"])
            repo.push()
            repo.close()
    _blobs(case, "dvc/files/md5/")
    case.close()


def _blobs(case: Case, store: str) -> None:
    for key in case.listing():
        members: list[str] = []
        if key.endswith(".dir"):
            for member in json.loads((case.tree / key).read_text()):
                members.append(f"{store}{member['md5'][:2]}/{member['md5'][2:]}")
        case.artifact(key, "blob", "dvc-cache", files=[""], named_elsewhere=members)


def _old_remote(folder: Path) -> None:
    """Before DVC 3 there was no `files/md5/`, and text was hashed with its line ends changed."""
    case = Case(
        folder,
        "dvc-remote-v2",
        "the remote of DVC 1 and 2",
        by_hand="dvc documentation, 'Upgrading from 2.x' (cache is <2 hex>/<30 hex>), "
        "because DVC 3 reads this layout but does not write it",
    )
    store = "old/"

    def blob(content: bytes, suffix: str = "") -> str:
        digest = hashlib.md5(content).hexdigest()
        case.put(f"{store}{digest[:2]}/{digest[2:]}{suffix}", content)
        return digest

    listed = [
        {"md5": blob(text.encode()), "relpath": name.removeprefix("corpus/")}
        for name, text in FIRST.items()
    ]
    blob(json.dumps(listed).encode(), ".dir")
    _blobs(case, store)
    case.close()
