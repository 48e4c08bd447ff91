"""The whole life of an institution's keys and data, by command lines, on real servers."""

import base64
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.secret import Secret
from tce.keys.bao import kv
from tce.keys.bao.errors import DeniedError
from tests.labs.disks import ENGINE, PASSPHRASE, PATH, Machine, Volume
from tests.labs.life import OFFICERS, Life
from tests.labs.openbao import OpenBao
from tests.labs.seaweed import Lab
from tests.labs.softhsm import PIN, SoftHsm, library
from tests.labs.tang import needs_tang

pytestmark = [pytest.mark.real, needs_tang]

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

    # A volume of the cluster: its node opens it, an officer may not read the passphrase.
    volume = Volume(life)
    passphrase = volume.make(anna, life.shares(("anna", "urs")), CANARY.decode())
    provided = volume.file.read_bytes()
    token = Secret((life.folder / f"{anna}.token").read_bytes().strip())
    with pytest.raises(DeniedError):
        kv.get(life.bao.connect(token), ENGINE, PATH, None)
    assert volume.opens(anna, life.shares(("anna", "urs")))

    # A project's data, sealed and uploaded: the provider sees bodies under random names.
    plain = life.folder / "plain"
    names = ["run-7/config.json", "run-7/model.safetensors"]
    _model(plain / "run-7")
    sender = life.login("sender", "pipeline", anna)
    place = f"s3://{life.bucket}/genomes"
    endpoint = ("--endpoint-url", s3.endpoint)
    life.run(
        *("tce", "seal", plain / "run-7", "--to", "genomes", "--key", life.key("anna")),
        *("--environment", repository, "--out", place, "--purpose", "a life", *endpoint),
        token=sender,
    )
    bodies = _bodies(s3, life.bucket)
    assert len(bodies) == len(names)
    assert not any(CANARY in one for one in bodies.values())
    assert not any("model" in name for name in bodies)

    # Whoever opens this bucket gets it back; whoever opens the other one does not.
    opener = life.login("opener-genomes", "study", anna)
    identity = ("--identity", "bao://tce-hospital-wrapped/data/identities/genomes")
    opening = ("--environment", repository, *identity, *endpoint)
    life.run("tce", "open", *names, *opening, "--out", life.folder / "opened", token=opener)
    for name in names:
        assert (life.folder / "opened" / name).read_bytes() == (plain / name).read_bytes()
    stranger = life.login("opener-checkpoints", "other", anna)
    said = life.run(
        "tce", "open", *names, *opening, "--out", life.folder / "x", token=stranger, code=1
    )
    assert "no policy of this token allows it" in said

    # Backups: OpenBao's snapshot, which opens with the root of now; the headers', to the escrow.
    first = life.result(
        *keys, "snapshot", "save", repository, "--out", life.folder / "first.age", token=anna
    )
    headers = life.folder / "headers.zip"
    life.run(
        *("tce", "headers", "backup", "bao://tce-hospital-headers", "--out", headers),
        *("--to", repository / "keys/recipients/escrow.age", "--key", life.key("anna")),
        token=opener,
    )

    # Everything is lost: the escrow is put together, and the catalog knows what there is.
    whole = life.folder / "escrow.age"
    life.run(
        *(*keys, "escrow", "combine", repository, *life.shares(("anna", "urs"), escrow)),
        *("--out", whole, "--order", life.order("escrow-combine", "hospital")),
        *("--key", life.key("anna")),
    )
    beside = life.folder / "headers"
    life.run(
        *("tce", "headers", "restore", headers, "--into", beside, "--identity", f"age:{whole}"),
        *("--sender", repository / "keys/officers/anna.pem"),
    )
    assert _kinds(life, s3, place, []) == set()
    assert _kinds(life, s3, place, [str(beside)]) == {"model"}
    life.run(
        *("tce", "open", *names, "--detached", beside, "--identity", f"age:{whole}", *endpoint),
        *("--sender", repository / "keys/officers/anna.pem", "--out", life.folder / "by-escrow"),
    )
    for name in names:
        assert (life.folder / "by-escrow" / name).read_bytes() == (plain / name).read_bytes()

    # A new version of the keys.
    life.run(*keys, "rotate", "bucket-genomes", repository, token=anna)
    life.run(*keys, "rotate", "identities/genomes", repository, token=anna)
    life.run("tce", "open", *names, *opening, "--out", life.folder / "again", token=opener)

    # A machine starts in a window that officers open, once; a copy of its disk never does.
    with Machine(life) as machine:
        assert not machine.starts()
        for number in (1, 2):
            machine.open(number, anna, life.order("window", "127.0.0.1"))
        assert machine.starts()
        assert not machine.starts(stolen=True)
        said = life.run(*keys, "window", "status", repository, "--gate", machine.gate(1), code=3)
        assert "had its key as often as was allowed" in said
        by_urs = life.order("window", "127.0.0.1", by=("anna", "urs"))

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
    assert "approv" in machine.open(1, anna, by_urs, code=1)

    # Shredded; and brought back by a backup whose root is kept: that is what backups are for.
    second = life.result(
        *keys, "snapshot", "save", repository, "--out", life.folder / "second.age", token=anna
    )
    kept = volume.erase()
    _shred(life, names, headers, anna)
    life.run("tce", "open", *names, *opening, "--out", life.folder / "x", token=opener, code=1)
    volume.put_back(kept)
    assert not volume.opens(anna, life.shares(("anna", "lena")))
    restoring = (*keys, "snapshot", "restore", life.folder / "second.age", repository)
    life.run(
        *(*restoring, "--root", life.place, *life.shares(("anna", "lena"))),
        *("--order", life.order("restore", second["digest"]), "--key", life.key("anna")),
        token=anna,
    )
    life.run("tce", "open", *names, *opening, "--out", life.folder / "back", token=opener)
    assert volume.opens(anna, life.shares(("anna", "lena")))

    # Shredded again, and the root made anew: the same backups bring nothing back.
    _shred(life, names, headers, anna)
    life.run(
        *(*keys, "new-root", repository, "--root", life.place, *life.shares(("anna", "lena"))),
        *("--order", life.order("root", "hospital")),
        token=anna,
    )
    for saved, file in ((first, "first.age"), (second, "second.age")):
        said = life.run(
            *(*keys, "snapshot", "restore", life.folder / file, repository),
            *("--root", life.place, *life.shares(("anna", "lena"))),
            *("--order", life.order("restore", saved["digest"]), "--key", life.key("anna")),
            token=anna,
            code=1,
        )
        assert "sealed to a root that is not in force any more" in said
    again = life.folder / "again-headers"
    life.run(
        *("tce", "headers", "restore", headers, "--into", again, "--identity", f"age:{whole}"),
        *("--sender", repository / "keys/officers/anna.pem"),
    )
    assert _kinds(life, s3, place, [str(again)]) == set()
    life.run("tce", "open", *names, *opening, "--out", life.folder / "x", token=opener, code=1)
    life.run(
        *("tce", "open", *names, "--detached", again, "--identity", f"age:{whole}", *endpoint),
        *("--sender", repository / "keys/officers/anna.pem", "--out", life.folder / "x"),
        code=1,
    )
    assert not (life.folder / "x").exists() or not any((life.folder / "x").rglob("*.json"))
    assert _bodies(s3, life.bucket) == bodies
    assert not volume.opens(anna, life.shares(("anna", "lena")))

    # Every ceremony is on record, and no secret is in clear where others look.
    said = life.run(*keys, "records", repository)
    assert " 0 problems" in said
    secrets = _secrets(life, whole)
    assert len(secrets) > 15
    secrets += [passphrase, base64.b64encode(passphrase), PIN.encode()]
    audit = life.bao.audit.read_text()
    assert "tce-hospital-transit/decrypt/bucket-genomes" in audit
    public = b"".join(one.read_bytes() for one in repository.rglob("*") if one.is_file())
    for where, text in (
        ("audit", audit.encode()),
        ("printed", "".join(life.said).encode()),
        ("repository", public),
        ("bodies", b"".join(bodies.values())),
        ("volume", provided),
    ):
        for secret in secrets:
            assert secret not in text, where


def _model(folder: Path) -> None:
    """A model of Hugging Face's layout, with a marked word in it."""
    folder.mkdir(parents=True)
    said = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "_name": CANARY.decode()}
    (folder / "config.json").write_text(json.dumps(said))
    data = bytes(4 * 50_000)
    tensors = {"w": {"dtype": "F32", "shape": [50_000], "data_offsets": [0, len(data)]}}
    head = json.dumps(tensors).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + data)


def _shred(life: Life, names: list[str], backup: Path, officer: str) -> None:
    """Destroy headers, in the backup too, the bucket's identity and key, a volume's passphrase."""
    repository = life.repository
    token = f"destroyer-{len(list(life.folder.glob('destroyer-*')))}"
    life.run(
        *("tce", "keys", "break-glass", "anna", repository, "--root", life.place),
        *("--out", life.folder / f"{token}.token", *life.shares(("anna", "lena"))),
        *("--order", _glass(life)),
        token=officer,
    )
    shredding = ("tce", "shred", *names, "--environment", repository, "--backup", backup)
    said = life.run(*shredding, token=token, code=1)
    (target,) = re.findall(r"keys order shred '?(.+?)'? (?:DIR|/)", said)
    life.run(*shredding, "--order", life.order("shred", target), token=token)
    for what in ("genomes", PASSPHRASE):
        life.run(
            *("tce", "keys", "shred", what, repository),
            *("--order", life.order("shred", what)),
            token=token,
        )


def _glass(life: Life) -> str:
    return life.order("break-glass", "anna", "minutes=10", "policy=tce-hospital-destroyer")


def _kinds(life: Life, s3: Lab, place: str, headers: list[str]) -> set[str]:
    """Kinds of artifacts that the catalog knows, with these header stores and no key."""
    workspace = life.folder / f"workspace-{len(list(life.folder.glob('workspace-*')))}"
    life.run("init", "-w", workspace)
    (workspace / ".tutela/tutela.yaml").write_text(json.dumps({"headers": headers}))
    life.run("catalog", "scan", place, "-w", workspace, "--endpoint-url", s3.endpoint)
    listed = json.loads(life.run("--json", "catalog", "list", "-w", workspace))
    return {one["kind"] for one in listed["artifacts"]} - {"unknown"}


def _secrets(life: Life, escrow: Path) -> list[bytes]:
    """What nobody else may ever read, in the forms that it could be written in."""
    found = [CANARY, base64.b64encode(CANARY)[4:-4]]
    found += [one.read_bytes().strip() for one in life.folder.glob("*.token")]
    for file in life.folder.glob("*.json"):
        said = json.loads(file.read_bytes())
        if "secret_id" in said:
            found.append(said["secret_id"].encode())
    for file in (escrow, *(life.folder / f"{name}.age" for name in OFFICERS)):
        found += re.findall(rb"AGE-SECRET-KEY-1[0-9A-Z]+", file.read_bytes())
    for name in OFFICERS:
        found.append((life.folder / f"{name}.pem").read_bytes().splitlines()[1])
    return found


def _bodies(s3: Lab, bucket: str) -> dict[str, bytes]:
    """Everything that the provider holds of the bucket."""
    found = s3.client.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {
        one["Key"]: s3.client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
        for one in found
    }
