import pytest

from blueprints.secret import Secret
from tce.keys.bao.errors import BaoError, DeniedError, TokenError
from tce.keys.errors import CustodyError
from tce.keys.root.elevated import root, short, unseal
from tests.labs.openbao import OpenBao

ATTEMPT = {
    "sys/generate-root-token/attempt": ["read", "update", "delete"],
    "sys/generate-root-token/update": ["update"],
}


def _key(bao: OpenBao) -> Secret:
    return Secret(bytes.fromhex(bao.unseal_keys[0]))


def test_an_officer_with_the_root_is_root_for_a_moment(bao: OpenBao) -> None:
    officer = bao.connect(bao.login(ATTEMPT))
    with pytest.raises(DeniedError):
        officer.read("sys/mounts")
    with root(officer, _key(bao)) as elevated:
        elevated.read("sys/mounts")
    with pytest.raises(BaoError):
        elevated.read("sys/mounts")


def test_the_token_is_revoked_also_where_the_work_fails(bao: OpenBao) -> None:
    kept = []

    def fails() -> None:
        with root(bao.root, _key(bao)) as elevated:
            kept.append(elevated)
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    with pytest.raises(TokenError):
        kept[0].read("auth/token/lookup-self")


def test_another_key_makes_no_root_and_leaves_no_attempt(bao: OpenBao) -> None:
    for _ in range(2):
        with (
            pytest.raises(CustodyError, match="does not take this root"),
            root(bao.root, Secret(bytes(32))),
        ):
            pass
    with root(bao.root, _key(bao)):
        pass


def test_an_attempt_that_somebody_else_began_is_not_taken_over(bao: OpenBao) -> None:
    bao.root.write("sys/generate-root-token/attempt")
    try:
        with pytest.raises(BaoError), root(bao.root, _key(bao)):
            pass
    finally:
        bao.root.delete("sys/generate-root-token/attempt")


def test_a_short_token_ends_by_itself_and_cannot_be_renewed(bao: OpenBao) -> None:
    bao.root.write(
        "sys/policies/acl/brief", {"policy": 'path "sys/mounts" {\n capabilities = ["read"]\n}'}
    )
    token, accessor = short(bao.root, ["brief"], 3, "anna")
    found = bao.root.write("auth/token/lookup-accessor", {"accessor": accessor})["data"]
    assert found["explicit_max_ttl"] == 180
    assert found["renewable"] is False
    assert found["policies"] == ["brief"]
    assert found["display_name"] == "token-break-glass-anna"
    bao.connect(token).read("sys/mounts")


def test_the_newest_root_that_openbao_takes_unseals_it(bao: OpenBao) -> None:
    bao.seal()
    try:
        taken = unseal(bao.connect(), ((2, Secret(bytes(32))), (1, _key(bao))))
    finally:
        bao.unseal()
    assert taken == 1


def test_where_it_takes_none_it_stays_sealed(bao: OpenBao) -> None:
    with bao.sealed():
        with pytest.raises(CustodyError, match="takes none of 2 roots"):
            unseal(bao.connect(), ((2, Secret(bytes(32))), (1, Secret(b"x" * 32))))
        assert bao.connect().read("sys/seal-status")["sealed"] is True


def test_no_secret_of_it_is_in_the_audit(bao: OpenBao) -> None:
    with root(bao.root, _key(bao)):
        pass
    token, _ = short(bao.root, ["default"], 3, "lena")
    text = bao.audit.read_text()
    assert "sys/generate-root-token/update" in text
    assert bao.unseal_keys[0] not in text
    assert token.text() not in text
