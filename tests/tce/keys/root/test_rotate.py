import os

import pytest

from blueprints.secret import Secret, nobody
from tce.keys.bao.client import Bao
from tce.keys.errors import CustodyError
from tce.keys.root import plan
from tce.keys.root.elevated import root, unseal
from tce.keys.root.kept import Keeper, Root
from tce.keys.root.rotate import rotate
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import NOW, Office


class _Kept:
    """Keeps roots of a test, and remembers them."""

    def __init__(self, office: Office) -> None:
        self.keeper = Keeper(office.private / "root", "hospital", nobody, {})
        self.office = office
        self.made: list[Secret] = []

    def protect(self, secret: Secret) -> Root:
        self.made.append(secret)
        how = plan.read(self.office.folder)
        return self.keeper.protect(secret, how, self.office.officers, NOW, os.urandom)


def _old(bao: OpenBao) -> Secret:
    return Secret(bytes.fromhex(bao.unseal_keys[0]))


def _in_force(bao: OpenBao, secret: Secret) -> bool:
    """Whether OpenBao makes a root token by it, which it does by the key in force alone."""
    try:
        with root(bao.root, secret):
            return True
    except CustodyError:
        return False


def test_the_new_root_is_in_force_and_the_old_one_is_not(office: Office, bao: OpenBao) -> None:
    kept = _Kept(office)
    old = _old(bao)
    made = rotate(bao.root, old, kept.protect)
    bao.unseal_keys = [kept.made[0].reveal().hex()]
    assert made.generation == 1
    assert _in_force(bao, kept.made[0])
    assert not _in_force(bao, old)


def test_a_disk_that_takes_nothing_leaves_the_old_root_in_force(
    office: Office, bao: OpenBao
) -> None:
    def protect(secret: Secret) -> Root:
        raise CustodyError("no space left on device")

    with pytest.raises(CustodyError, match="no space"):
        rotate(bao.root, _old(bao), protect)
    assert _in_force(bao, _old(bao))
    assert bao.root.read("sys/rotate/root/init")["data"]["started"] is False


def test_one_that_is_killed_before_openbao_confirms_leaves_both_and_the_old_is_in_force(
    office: Office, bao: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _Kept(office)
    write = Bao.write

    def killed(self: Bao, path: str, data: dict[str, object] | None = None) -> dict[str, object]:
        if path.endswith("/verify"):
            raise KeyboardInterrupt
        return write(self, path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Bao, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            rotate(bao.root, _old(bao), kept.protect)
    assert [one.generation for one in kept.keeper.generations()] == [1]
    candidates = ((1, kept.made[0]), (0, _old(bao)))
    bao.seal()
    assert unseal(bao.connect(), candidates) == 0
    # And the next one begins anew.
    rotate(bao.root, _old(bao), kept.protect)
    bao.unseal_keys = [kept.made[1].reveal().hex()]
    assert [one.generation for one in kept.keeper.generations()] == [2, 1]
    kept.keeper.retire(2)
    assert _in_force(bao, kept.made[1])


def test_a_key_that_is_not_in_force_rotates_nothing(office: Office, bao: OpenBao) -> None:
    kept = _Kept(office)
    with pytest.raises(CustodyError, match="does not take this root"):
        rotate(bao.root, Secret(bytes(32)), kept.protect)
    assert kept.made == []
    assert _in_force(bao, _old(bao))
