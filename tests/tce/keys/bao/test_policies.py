from pathlib import Path

import pytest

from tce.custody.custody import Custody
from tce.keys.bao.policies import changes, texts
from tce.keys.errors import CustodyError, RefusedError
from tests.labs.openbao import OpenBao
from tests.tce.custody.test_custody import EMPTY

RIGHT = 'path "x-kv/data/a" {\n  capabilities = ["read"]\n}\n'


def custody(*names: str) -> Custody:
    engines = [{"path": "x-kv", "type": "kv", "what": "values"}]
    return Custody.model_validate({**EMPTY, "engines": engines, "policies": list(names)})


def write(folder: Path, name: str, text: str) -> None:
    (folder / "keys/policies").mkdir(parents=True, exist_ok=True)
    (folder / f"keys/policies/{name}.hcl").write_text(text)


def test_the_reviewed_text_is_what_openbao_gets(bao: OpenBao, tmp_path: Path) -> None:
    name = bao.unique("pol")
    write(tmp_path, name, RIGHT)
    found = texts(custody(name), tmp_path)
    (missing,) = changes(found, bao.root)
    assert (missing.what, missing.state) == (f"policy {name}", "missing")
    assert missing.do is not None
    missing.do()
    assert list(changes(found, bao.root)) == []
    assert bao.root.read(f"sys/policies/acl/{name}")["data"]["policy"] == RIGHT


def test_every_policy_that_is_too_wide_is_counted_and_the_first_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a", RIGHT + 'path "x-kv/*" { capabilities = ["read"] }\n')
    write(tmp_path, "b", 'path "sys/seal" { capabilities = ["update"] }\n')
    with pytest.raises(RefusedError) as raised:
        texts(custody("a", "b"), tmp_path)
    assert str(raised.value) == (
        'keys/policies/a.hcl:4: path "x-kv/*" covers everything that the engine (kv) can do'
        " (and 1 more)"
    )


def test_what_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a", "")
    (tmp_path / "keys/policies/a.hcl").write_bytes(b"\xff")
    with pytest.raises(RefusedError, match="is not UTF-8"):
        texts(custody("a"), tmp_path)


def test_a_policy_without_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CustodyError, match=r"keys/policies/a\.hcl: No such file"):
        texts(custody("a"), tmp_path)
