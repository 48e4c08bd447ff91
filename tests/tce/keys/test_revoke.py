import pytest

from blueprints.secret import Secret
from tce.custody.custody import AppRole
from tce.keys.bao.errors import TokenError
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.login import hand_out, login
from tce.keys.revoke import revoke
from tests.labs.openbao import OpenBao
from tests.tce.keys.office import Office, changed, contents

THREE = ("anna", "omar", "rosa")
LEFT = ("anna", "lena", "omar", "rosa")


def _roles(office: Office, bao: OpenBao) -> None:
    """Give the environment a login of officers, handed out to two of them."""
    custody = office.furnish(bao)
    mount = bao.unique("staff")
    bao.root.write(f"sys/auth/{mount}", {"type": "approle"})
    bao.root.write(f"auth/{mount}/role/officer", {"token_policies": ["default"]})
    role = AppRole(mount=mount, name="officer", policies=["default"])
    said = custody.model_copy(update={"approles": [role]})
    office.declare(said)
    for name in ("timo", "anna"):
        hand_out(said, bao.root, "officer", name, office.private / f"{name}.json")


def _token(office: Office, bao: OpenBao, name: str) -> Secret:
    out = office.private / f"{name}.token"
    login(office.private / f"{name}.json", bao.connect(), out)
    return Secret(out.read_bytes().strip())


def test_an_officer_that_leaves_has_no_login_no_token_and_no_share(
    office: Office, bao: OpenBao
) -> None:
    _roles(office, bao)
    office.keep(bao)
    mine, hers = _token(office, bao, "timo"), _token(office, bao, "anna")
    office.shares = 4
    office.write(LEFT)
    desk = office.desk(bao.token)
    order = office.order("revoke", "officer timo")
    before = contents(office.folder)
    done = revoke(desk, "timo", office.place, *office.given(THREE), order, [])
    assert sorted(done.files) == sorted(changed(office.folder, before))
    assert all(f"\n  {file}" in str(done) for file in done.files)
    office.learn(bao, THREE, 2)
    assert (done.logins, done.tokens) == (1, 1)
    assert done.root.officers == list(LEFT)
    with pytest.raises(TokenError):
        bao.connect(mine).read("auth/token/lookup-self")
    with pytest.raises(CustodyError, match="revoked, or has expired"):
        login(office.private / "timo.json", bao.connect(), office.private / "x")
    bao.connect(hers).read("auth/token/lookup-self")
    assert "left: the escrow" in str(done)
    assert not (office.place / "generation-2/share-timo.age").exists()


def test_whoever_is_still_named_is_not_revoked(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    order = office.order("revoke", "officer timo")
    with pytest.raises(RefusedError, match=r"spec\.yaml still names timo"):
        revoke(office.desk(bao.token), "timo", office.place, *office.given(THREE), order, [])


def test_nobody_revokes_alone(office: Office, bao: OpenBao) -> None:
    office.furnish(bao)
    office.keep(bao)
    office.write(LEFT)
    order = office.order("revoke", "officer timo", ("anna",))
    with pytest.raises(RefusedError, match="2 officers have to approve"):
        revoke(office.desk(bao.token), "timo", office.place, *office.given(THREE), order, [])
