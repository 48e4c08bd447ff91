"""Naming a header store."""

from pathlib import Path

import pytest

from tce.keys.bao.client import Bao, connect
from tce.seal.headers.bao import BaoStore
from tce.seal.headers.errors import HeadersError
from tce.seal.headers.folder import FolderStore, create
from tce.seal.headers.where import store


def _bao() -> Bao:
    return connect("http://127.0.0.1:1", None, None)


def test_a_path_is_a_folder_that_has_to_be_one(tmp_path: Path) -> None:
    text = str(tmp_path / "headers")
    with pytest.raises(HeadersError, match="not a header store"):
        store(text, _bao)
    made = store(text, _bao, create=True)
    assert isinstance(made, FolderStore)
    assert made.where == text
    assert isinstance(store(text, _bao), FolderStore)
    assert create(Path(text)).where == text


def test_a_mount_is_one_of_openbao_and_is_asked_later() -> None:
    made = store("bao://tce-x-headers", _bao)
    assert isinstance(made, BaoStore)
    assert made.where == "bao://tce-x-headers"


@pytest.mark.parametrize("text", ["bao://", "bao://a/data/b", "bao://../x", "bao://a//b"])
def test_what_is_no_engine_is_refused(text: str) -> None:
    with pytest.raises(HeadersError, match="not a KV engine"):
        store(text, _bao)
