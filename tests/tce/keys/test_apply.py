import secrets
from pathlib import Path

import pytest

from blueprints.secret import Secret
from governance.signing import keyfile
from tce.keys.apply import Applied, apply, audited
from tce.keys.bao import identities, kv, transit
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import DeniedError, GoneKeyError, TokenError
from tce.keys.bao.where import custody
from tce.keys.ceremony.records import verify
from tce.keys.errors import CustodyError, RefusedError
from tce.keys.uri import BaoKey
from tests.labs.openbao import OpenBao
from tests.tce.keys.hospital import Hospital
from tests.tce.keys.office import NOW, changed, contents


def applied(hospital: Hospital, bao: Bao | None = None, *, dry_run: bool = False) -> Applied:
    token = bao or hospital.bao.root
    return apply(hospital.folder, token, NOW, secrets.token_bytes, lambda _: None, dry_run=dry_run)


@pytest.fixture(scope="module")
def fresh(bao: OpenBao, tmp_path_factory: pytest.TempPathFactory) -> tuple[Hospital, Applied]:
    """A hospital that was applied for the first time, and what was said."""
    hospital = Hospital.make(tmp_path_factory.mktemp("fresh") / "hospital", bao)
    before = contents(hospital.folder)
    result = applied(hospital)
    assert sorted(result.files) == sorted(changed(hospital.folder, before))
    return hospital, result


def test_everything_that_is_declared_is_there_afterwards(fresh: tuple[Hospital, Applied]) -> None:
    hospital, result = fresh
    declared = custody(hospital.folder)
    root = hospital.bao.root
    for key in declared.keys:
        assert transit.state(root, key.engine, key.name).type == key.type
    for name in declared.policies:
        text = (hospital.folder / f"keys/policies/{name}.hcl").read_text()
        assert root.read(f"sys/policies/acl/{name}")["data"]["policy"].strip() == text.strip()
    assert result.exit_code == 0
    assert {one.state for one in result.left} == {"left"}


def test_a_second_run_changes_nothing(hospital: Hospital) -> None:
    result = applied(hospital)
    assert (result.done, result.files, result.record) == ((), (), None)
    assert "nothing to do" in str(result)


def test_a_dry_run_writes_nothing(bao: OpenBao, tmp_path: Path) -> None:
    hospital = Hospital.make(tmp_path / "hospital", bao)
    before = sorted(tmp_path.rglob("*"))
    result = applied(hospital, dry_run=True)
    assert f"would be made: engine {hospital.transit} (transit)" in str(result)
    assert f"{hospital.transit}/" not in bao.root.read("sys/mounts")["data"]
    assert sorted(tmp_path.rglob("*")) == before


def test_git_receives_recipients_that_open_and_the_evidence_key(
    fresh: tuple[Hospital, Applied],
) -> None:
    hospital, result = fresh
    assert set(result.files) >= {"keys/recipients/genomes.age", "keys/evidence.pem"}
    lines = (hospital.folder / "keys/recipients/genomes.age").read_text().splitlines()
    (identity,) = identities.load(
        hospital.bao.root, BaoKey(hospital.wrapped, "data", "identities/genomes")
    )
    assert lines[1:] == ["# epoch: 1", str(identity.recipient)]


def test_a_signed_record_says_what_was_made_and_no_secret(
    fresh: tuple[Hospital, Applied],
) -> None:
    hospital, result = fresh
    assert result.record is not None
    evidence = (hospital.folder / "keys/evidence.pem").read_bytes()
    chain = verify(hospital.folder, [keyfile.public(evidence, "evidence")])
    assert chain.problems == ()
    (record,) = [one.record for one in chain.records]
    assert record.verb == "apply"
    assert f"policy {hospital.mounts}-kms" in {one.what for one in record.steps}
    volume = kv.get(hospital.bao.root, f"{hospital.mounts}-csi", "inference/vllm-data")
    text = (hospital.folder / result.record).read_text()
    assert volume.data["passphrase"] not in text
    assert len(volume.data["passphrase"]) == 64


def test_a_policy_that_was_changed_in_openbao_is_set_right(
    fresh: tuple[Hospital, Applied],
) -> None:
    hospital, _ = fresh
    name = f"{hospital.mounts}-kms"
    wide = 'path "*" { capabilities = ["read"] }'
    hospital.bao.root.write(f"sys/policies/acl/{name}", {"policy": wide})
    result = applied(hospital)
    assert [(one.what, one.state) for one in result.done] == [(f"policy {name}", "differs")]
    assert hospital.bao.root.read(f"sys/policies/acl/{name}")["data"]["policy"] != wide


def test_a_policy_that_is_too_wide_is_refused_with_its_line_before_anything_is_done(
    bao: OpenBao, tmp_path: Path
) -> None:
    hospital = Hospital.make(tmp_path / "hospital", bao)
    file = f"keys/policies/{hospital.mounts}-kms.hcl"
    path = hospital.folder / file
    path.write_text(path.read_text().replace("/decrypt/etcd", "/decrypt/*"))
    with pytest.raises(RefusedError, match=rf'^{file}:7: path ".*/decrypt/\*" covers every key'):
        applied(hospital)
    assert f"{hospital.transit}/" not in bao.root.read("sys/mounts")["data"]


def test_a_policy_that_is_not_in_the_repository_is_named(bao: OpenBao, tmp_path: Path) -> None:
    hospital = Hospital.make(tmp_path / "hospital", bao)
    (hospital.folder / f"keys/policies/{hospital.mounts}-kms.hcl").unlink()
    with pytest.raises(CustodyError, match=r"-kms\.hcl: No such file"):
        applied(hospital)


def test_a_repository_that_shows_another_recipient_is_refused(
    hospital: Hospital, tmp_path: Path
) -> None:
    file = hospital.folder / "keys/recipients/genomes.age"
    text = file.read_text()
    other = (hospital.folder / "keys/recipients/checkpoints.age").read_text().splitlines()[2]
    try:
        file.write_text(text.replace(text.splitlines()[2], other))
        with pytest.raises(RefusedError, match=r"genomes\.age names another recipient"):
            applied(hospital)
    finally:
        file.write_text(text)


def test_no_login_of_the_environment_may_apply(hospital: Hospital) -> None:
    with pytest.raises(DeniedError, match="sys/audit"):
        applied(hospital, hospital.as_("officer"))


def test_an_openbao_that_writes_nothing_down_gets_no_keys(bao: OpenBao) -> None:
    class Silent(Bao):
        def read(self, path: str, params: object = None) -> dict[str, object]:
            assert path == "sys/audit"
            return {"data": {}}

    with pytest.raises(RefusedError, match="writes down nothing"):
        audited(Silent(bao.server, bao.ca, None))
    assert audited(bao.root) == ("main",)


def test_a_token_that_ends_half_way_leaves_what_the_next_run_goes_on_from(
    bao: OpenBao, tmp_path: Path
) -> None:
    hospital = Hospital.make(tmp_path / "hospital", bao)
    # As many requests as find out what is missing, and a few of those that make it.
    said = bao.root.write("auth/token/create", {"policies": ["root"], "num_uses": 90})
    short = bao.connect(Secret(said["auth"]["client_token"].encode()))
    with pytest.raises(TokenError, match="is not known to OpenBao, or has expired"):
        applied(hospital, short)
    assert f"{hospital.transit}/" in bao.root.read("sys/mounts")["data"]
    result = applied(hospital)
    assert 0 < len(result.done) < 60
    assert applied(hospital).done == ()


def test_a_deleted_key_is_not_made_anew_while_something_is_wrapped_by_it(
    bao: OpenBao, tmp_path: Path
) -> None:
    hospital = Hospital.make(tmp_path / "hospital", bao)
    applied(hospital)
    transit.delete(bao.root, hospital.transit, "bucket-genomes")
    key = BaoKey(hospital.wrapped, "data", "identities/genomes")
    with pytest.raises(GoneKeyError):
        identities.load(bao.root, key)
    result = applied(hospital)
    assert (result.done, result.exit_code) == ((), 4)
    assert "what is sealed to genomes opens with the escrow only" in str(result)
    kv.forget(bao.root, key.mount, key.path)
    (hospital.folder / "keys/recipients/genomes.age").unlink()
    result = applied(hospital)
    assert {one.what for one in result.done} == {
        f"key {hospital.transit}/keys/bucket-genomes",
        f"identity {hospital.wrapped}/data/identities/genomes",
    }
    assert len(identities.load(bao.root, key)) == 1
