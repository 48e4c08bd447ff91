"""Real runs leave real records, of the bytes that they read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from governance.signing import envelope, keyfile
from tce.evidence import recorded
from tce.evidence.crosswalk import shipped
from tce.evidence.errors import EvidenceError
from tce.evidence.record import PAYLOAD_TYPE, Record, parse
from tce.evidence.recorded import Keeping
from tce.keys.bao import transit
from tce.probe.prober import Options as Packets
from tce.prove.sources import UsageError
from tests.labs.openbao import OpenBao
from tests.program import run
from tests.tce.evidence.standing import NOW, RULESET, TOOL, Standing, good
from tests.tce.probe.environment import needs_nft
from tutela.signers import Signers

CI = "ci.dsse.json"


def _keeping(standing: Standing, file: Path) -> Keeping:
    return Keeping(file, (standing.ci,), NOW, TOOL, lambda _: None)


def _read(file: Path) -> Record:
    return parse(envelope.read(file.read_bytes()).payload)


def test_a_proof_names_every_file_that_it_read(standing: Standing) -> None:
    file = standing.records / CI
    kept = recorded.prove(standing.folder, (), 0, _keeping(standing, file))
    record = _read(file)
    assert (kept.exit_code, record.verdict, record.environment) == (0, "PASSED", "hospital")
    digests = standing.digests()
    assert record.files.items() <= digests.items()
    assert {RULESET, "network/switches/leaf3.junos", "spec.yaml"} <= set(record.files)
    assert {"lateral/perimeter", "extra/kubernetes", "link/assignment"} <= set(record.passed)
    assert standing.pack().judged[0].levels == ("artefact",)
    (standing.folder / "gitops/more.yaml").write_text("kind: CiliumNetworkPolicy\n")
    assert "gitops/more.yaml was added since" in standing.pack().problems[0]


def test_a_proof_that_fails_is_kept_as_one_that_failed(standing: Standing, tmp_path: Path) -> None:
    rules = standing.folder / RULESET
    text = rules.read_text()
    rules.write_text(text.replace("policy drop", "policy accept", 1))
    assert rules.read_text() != text
    kept = recorded.prove(standing.folder, (), 0, _keeping(standing, tmp_path / CI))
    record = _read(tmp_path / CI)
    assert (kept.exit_code, record.verdict) == (3, "FAILED")
    assert any(one.startswith(RULESET) for one in record.found)


def test_what_a_device_says_is_no_file_of_the_repository(
    standing: Standing, tmp_path: Path
) -> None:
    said = tmp_path / "leaf1.txt"
    said.write_bytes((standing.folder / "network/switches/leaf1.eos").read_bytes())
    recorded.prove(standing.folder, (f"leaf1={said}",), 0, _keeping(standing, tmp_path / CI))
    record = _read(tmp_path / CI)
    assert list(record.read_back) == ["leaf1"]
    assert record.level == "artefact"
    assert "network/switches/leaf1.eos" not in record.files


def test_a_record_is_of_a_repository_and_a_key_needs_a_record(
    standing: Standing, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="whole repository"):
        recorded.prove(None, (), 0, _keeping(standing, tmp_path / CI))
    ran = run("tce", "prove", str(standing.folder), "--key", "file:ci.pem")
    assert (ran.code, ran.out) == (2, "")
    assert "--key signs a record, and there is none" in ran.err


@needs_nft
def test_packets_are_kept_with_the_files_that_were_loaded(
    standing: Standing, tmp_path: Path
) -> None:
    options = Packets(20, 1, os.environ.get("PATH", "") + ":/usr/sbin")
    recorded.probe(standing.folder, options, _keeping(standing, tmp_path / CI), vlans=False)
    record = _read(tmp_path / CI)
    assert (record.level, record.verdict) == ("emulated", "PASSED")
    assert set(record.files) == {"spec.yaml", RULESET}
    assert "boundary/perimeter" in record.passed


def test_a_repository_that_changes_while_it_is_checked_leaves_no_record(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    (small / "spec.yaml").write_text("name: hospital\n")

    def meddle(_: str) -> None:
        (small / "more.yaml").write_text("a: 1\n")

    keeping = Keeping(tmp_path / CI, (), NOW, TOOL, meddle)
    with pytest.raises(EvidenceError, match="changed while it was checked"):
        recorded.check(small, keeping)
    assert not (tmp_path / CI).exists()


def test_a_check_is_of_every_file(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    (small / "spec.yaml").write_text("name: hospital\n")
    (small / "broken.yaml").write_text("a: [\n")
    keeping = Keeping(tmp_path / CI, (), NOW, TOOL, lambda _: None)
    assert recorded.check(small, keeping).exit_code == 3
    record = _read(tmp_path / CI)
    assert set(record.files) == {"spec.yaml", "broken.yaml"}
    assert record.failed == ("yaml-syntax",)


def test_the_command_line_signs_with_a_key_file(tmp_path: Path) -> None:
    private, public = keyfile.new(None)
    key = tmp_path / "ci.pem"
    key.touch(0o600)
    key.write_bytes(private.reveal())
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "spec.yaml").write_text("name: hospital\n")
    words = ("tce", "record", str(tmp_path / "small"), "check", "--key", f"file:{key}", "--json")
    said = json.loads(run(*words).out)["runs"]["check"]["record"]
    assert said["signed"] is True
    known = keyfile.public(public, "ci")
    assert envelope.verify(Path(said["file"]).read_bytes(), PAYLOAD_TYPE, [known]).keyids


def test_openbao_signs_a_record_that_counts_after_a_rotation(
    bao: OpenBao, standing: Standing
) -> None:
    mount = bao.transit()
    transit.make(bao.root, mount, "evidence", "ed25519")
    uri = f"bao://{mount}/keys/evidence"
    signer = Signers(lambda _name, _wanted: bao.token, bao.environ()).by_uri(uri, standing.folder)
    names = {pattern for proof in shipped()[0].proofs for pattern in proof.names}
    file = standing.keep(good("prove", "artefact", standing.digests(), names), signer)
    assert bao.token.text() not in file.read_text()
    transit.rotate(bao.root, mount, "evidence")
    keys = transit.state(bao.root, mount, "evidence").public
    blocks = b"".join(_pem(raw) for raw in keys.values())
    (standing.folder / "keys/evidence.pem").write_bytes(blocks)
    (one,) = standing.pack().told
    assert (one.trust, one.by) == ("signed", ("evidence key",))


def _pem(raw: bytes) -> bytes:
    key = Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_canaries_are_looked_for_in_an_environment(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    (small / "spec.yaml").write_text("name: hospital\n")
    secret = tmp_path / "secret.txt"
    secret.touch(0o600)
    secret.write_bytes(b"tutela-canary-0123456789abcdef0123456789abcdef")
    keeping = Keeping(tmp_path / CI, (), NOW, TOOL, lambda _: None)
    recorded.canary([small], [secret], lambda number: b"\x07" * number, keeping)
    record = _read(tmp_path / CI)
    assert (record.test, record.verdict, record.failed) == ("canary", "PASSED", ())
    assert set(record.files) == {"spec.yaml"}
    with pytest.raises(UsageError, match="it is named first"):
        recorded.canary([tmp_path], [secret], lambda number: b"\x07" * number, keeping)
