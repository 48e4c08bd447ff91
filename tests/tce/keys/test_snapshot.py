from pathlib import Path

import pytest

from tce.keys.errors import CustodyError, RefusedError
from tce.keys.snapshot import restore, save
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import Office

# What is restored is tried in tests/real/test_keys_snapshot.py.
THREE = ("anna", "omar", "rosa")


def _key(office: Office) -> list[str]:
    return [f"file:{office.key('anna')}"]


def test_a_snapshot_is_restored_under_an_order_of_this_file(
    office: Office, bao: OpenBao, tmp_path: Path
) -> None:
    office.furnish(bao)
    office.keep(bao)
    desk = office.desk(bao.token)
    (office.folder / "keys/recipients").mkdir(parents=True)
    recipient = desk.keeper(office.place).generations()[0].snapshots
    (office.folder / "keys/recipients/snapshots.age").write_text(f"{recipient}\n")
    saved = save(desk, tmp_path / "bao.age")
    given = office.given(THREE)
    for order in (None, office.order("restore", "sha256:" + "0" * 64)):
        with pytest.raises(RefusedError):
            restore(desk, saved.file, office.place, *given, order, _key(office))
    with pytest.raises(CustodyError, match="cannot sign while it is replaced"):
        restore(desk, saved.file, office.place, *given, None, [])
    with pytest.raises(CustodyError, match="File exists"):
        save(desk, saved.file)
    changed = saved.file.read_bytes()
    saved.file.write_bytes(changed[:-1] + bytes([changed[-1] ^ 1]))
    with pytest.raises(RefusedError, match="target"):
        restore(
            desk,
            saved.file,
            office.place,
            *given,
            office.order("restore", saved.digest),
            _key(office),
        )


def test_without_a_recipient_nothing_is_saved(office: Office, bao: OpenBao, tmp_path: Path) -> None:
    office.furnish(bao)
    with pytest.raises(CustodyError, match=r"snapshots\.age: No such file"):
        save(office.desk(bao.token), tmp_path / "bao.age")
