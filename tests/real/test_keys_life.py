"""The whole life of an institution's keys and data, by command lines, on real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.life import Life
from tests.labs.openbao import OpenBao
from tests.labs.seaweed import Lab
from tests.labs.softhsm import SoftHsm, library

pytestmark = pytest.mark.real

CANARY = b"TUTELA-CANARY-OF-A-LIFE-0000"
SHAMIR = {"kind": "shamir", "shares": 3, "threshold": 2}


@pytest.fixture(params=["shamir", "pkcs11"])
def life(request: pytest.FixtureRequest, tmp_path: Path, s3: Lab) -> Iterator[Life]:
    root: dict[str, object] = dict(SHAMIR)
    module = {}
    if request.param == "pkcs11":
        if library() is None:
            pytest.skip("no SoftHSM here")
        hsm = SoftHsm(tmp_path / "hsm").make()
        module = {**hsm.environ, **hsm.pin_file()}
        root |= {"kind": "pkcs11", "token": hsm.label, "label": "hospital-root"}
        root["module"] = library()
    with OpenBao() as bao:
        yield Life(tmp_path / "life", bao, s3.environ(), s3.bucket("life"), root, module)


def test_from_the_first_ceremony_to_a_backup_that_opens_nothing(life: Life, s3: Lab) -> None:
    life.begin()
    keys = ("tce", "keys")
    repository = life.repository

    # Init: root, engines, policies, the first officer's login; the first token is revoked.
    assert "initialised" in life.run(*keys, "status", repository, "--no-login", code=3)
    life.run(
        *(*keys, "init", repository, "--root", life.place, "--officer", "anna"),
        *("--login", life.folder / "anna.json", "--key", life.key("anna")),
    )
    anna = life.log_in(life.folder / "anna.json", "anna")
    life.run(*keys, "status", repository, token=anna)

    # Escrow, in shares, drilled.
    life.run(
        *(*keys, "escrow", "split", repository, "--out", life.folder / "escrow"),
        *("--order", life.order("escrow-split", "hospital")),
        token=anna,
    )
    escrow = life.folder / "escrow/escrow-1"
    life.run(
        *(*keys, "escrow", "drill", repository, *life.shares(("anna", "urs"), escrow)),
        token=anna,
    )

    # Its machine stops: sealed, and of no use to anybody but officers with the root.
    life.bao.stop()
    life.bao.start()
    assert "sealed" in life.run(*keys, "status", repository, token=anna, code=3)
    life.run(*keys, "unseal", repository, "--root", life.place, *life.shares(("lena", "urs")))
    life.run(*keys, "status", repository, token=anna)

    # A project's data, sealed and uploaded: the provider sees bodies under random names.
    plain = life.folder / "plain"
    (plain / "run-7").mkdir(parents=True)
    for number in range(3):
        (plain / f"run-7/part-{number}.bin").write_bytes(CANARY + bytes([number]) * 200_000)
    sender = life.login("sender", "pipeline", anna)
    place = f"s3://{life.bucket}/genomes"
    endpoint = ("--endpoint-url", s3.endpoint)
    life.run(
        *("tce", "seal", plain / "run-7", "--to", "genomes", "--key", life.key("anna")),
        *("--environment", repository, "--out", place, "--purpose", "a life", *endpoint),
        token=sender,
    )
    bodies = _bodies(s3, life.bucket)
    assert len(bodies) == 3
    assert not any(CANARY in one for one in bodies.values())
    assert not any("part" in name for name in bodies)

    # Whoever opens this bucket gets it back; whoever opens the other one does not.
    opener = life.login("opener-genomes", "study", anna)
    identity = ("--identity", "bao://tce-hospital-wrapped/data/identities/genomes")
    names = [f"run-7/part-{number}.bin" for number in range(3)]
    opening = ("--environment", repository, *identity, *endpoint)
    life.run("tce", "open", *names, *opening, "--out", life.folder / "opened", token=opener)
    for name in names:
        assert (life.folder / "opened" / name).read_bytes() == (plain / name).read_bytes()
    stranger = life.login("opener-checkpoints", "other", anna)
    said = life.run(
        "tce", "open", *names, *opening, "--out", life.folder / "x", token=stranger, code=1
    )
    assert "no policy of this token allows it" in said

    # Backups: OpenBao's snapshot, which opens with the root of now.
    saved = life.result(
        *keys, "snapshot", "save", repository, "--out", life.folder / "bao.age", token=anna
    )

    # A new version of the keys.
    life.run(*keys, "rotate", "bucket-genomes", repository, token=anna)
    life.run(*keys, "rotate", "identities/genomes", repository, token=anna)
    life.run("tce", "open", *names, *opening, "--out", life.folder / "again", token=opener)

    # Urs leaves: his login ends, the root is made anew without him.
    urs = life.login("auditor", "urs", anna)
    life.run(*keys, "status", repository, token=urs)
    left = life.shares(("anna", "lena"))
    life.without("urs")
    life.run(
        *(*keys, "revoke", "urs", repository, "--root", life.place, *left),
        *("--order", life.order("revoke", "officer urs")),
        token=anna,
    )
    assert "token" in life.run(*keys, "status", repository, token=urs, code=1)


def _bodies(s3: Lab, bucket: str) -> dict[str, bytes]:
    """Everything that the provider holds of the bucket."""
    found = s3.client.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {
        one["Key"]: s3.client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
        for one in found
    }
