"""Policies, from the files that were reviewed: ``keys/policies/<name>.hcl``."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tce.custody.custody import POLICIES, Custody
from tce.custody.width import judge
from tce.keys.bao.change import Change
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import MissingError
from tce.keys.errors import CustodyError, RefusedError

_LARGEST = 1 << 20


def texts(custody: Custody, folder: Path) -> dict[str, str]:
    """Return the text of every policy that the custody names.

    Raises:
        CustodyError: a file is missing or cannot be read.
        RefusedError: a policy reaches further than its task, with its file, line and path.
    """
    found: dict[str, str] = {}
    wrong: list[str] = []
    for name in custody.policies:
        file = f"{POLICIES}/{name}.hcl"
        try:
            with (folder / file).open("rb") as opened:
                raw = opened.read(_LARGEST + 1)
        except OSError as error:
            raise CustodyError(f"{file}: {error.strerror}") from error
        wrong += [f"{file}:{one.line}: {one.message}" for one in judge(raw, custody)]
        found[name] = raw.decode(errors="replace")
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise RefusedError(f"{wrong[0]}{more}", f"tutela check {folder} --only policy-width")
    return found


def changes(texts_: dict[str, str], bao: Bao) -> Iterator[Change]:
    """Yield what is missing or another text than the reviewed one.

    Raises:
        BaoError: OpenBao cannot be asked.
    """
    for name, text in texts_.items():
        path = f"sys/policies/acl/{name}"
        write = partial(_write, bao, path, text)
        try:
            found = bao.read(path)["data"]["policy"]
        except MissingError:
            yield Change(f"policy {name}", "missing", do=write)
            continue
        if found.strip() != text.strip():
            yield Change(f"policy {name}", "differs", "its text", write)


def _write(bao: Bao, path: str, text: str) -> None:
    bao.write(path, {"policy": text})
