"""The whole: every proof that is cited has to be there, of these bytes, green, and vouched for."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from blueprints.errors import ExpectedError
from tce.evidence.attest import Saying, attest
from tce.evidence.errors import DeadControlError, EvidenceError
from tce.evidence.evidence import Options, evidence
from tce.evidence.pack import Pack
from tests.program import run
from tests.tce.evidence.claims import claims
from tests.tce.evidence.standing import NOW, RULESET, TOOL, Standing, changed, good, pem

ACCEPTED = Saying(("EV-LIM-01",), (), "read and accepted", "2027-06-30")


def test_an_environment_of_which_everything_was_shown_has_no_problem(shown: Pack) -> None:
    pack = shown
    assert pack.problems == ()
    assert pack.exit_code == 0
    assert {one.item.id for one in pack.shown} > {"EV-NET-01", "EV-ENC-04", "EV-KEY-01"}


@pytest.mark.parametrize("test", ["prove", "probe", "check", "planted", "visibility"])
def test_a_record_that_is_missing_is_told(standing: Standing, test: str) -> None:
    standing.all()[test].unlink()
    pack = standing.pack()
    assert pack.exit_code == 3
    assert {why.rpartition("): ")[2] for why in pack.problems} == {"no record"}
    assert all(f": {test} (" in why for why in pack.problems)


def test_a_record_is_older_than_a_file_that_changed_whatever_the_dates_say(
    standing: Standing,
) -> None:
    standing.all()
    file = standing.folder / RULESET
    state = file.stat()
    file.write_bytes(file.read_bytes() + b"# one more line\n")
    import os

    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    pack = standing.pack()
    assert pack.exit_code == 3
    assert any("older than what it proves" in why and RULESET in why for why in pack.problems)


def test_a_file_that_is_merely_newer_is_the_same_file(standing: Standing) -> None:
    standing.all()
    (standing.folder / RULESET).touch()
    assert standing.pack().problems == ()


def test_a_file_that_nobody_proved_is_told(standing: Standing) -> None:
    standing.all()
    (standing.folder / "network/switches/leaf9.eos").write_text("! another one\n")
    pack = standing.pack()
    assert "EV-NET-01: proved by no run: network/switches/leaf9.eos" in pack.problems


def test_a_file_that_was_added_since_makes_a_record_older(standing: Standing) -> None:
    standing.all()
    (standing.folder / "gitops/more.yaml").write_text("kind: CiliumNetworkPolicy\n")
    told = (
        "check (artefact): check.dsse.json: older than what it proves: gitops/more.yaml was added"
    )
    assert any(f"{told} since" in one for one in standing.pack().problems)
    (standing.folder / "gitops/more.yaml").rename(standing.folder / "evidence/more.csv")
    assert standing.pack().problems == ()


def test_a_red_record_is_told_with_what_it_found(standing: Standing) -> None:
    standing.all()
    record = good("prove", "artefact", standing.digests(), {"parse/perimeter"})
    standing.keep(changed(record, failed=("lateral/perimeter",), found=(f"{RULESET}:9: a way in",)))
    pack = standing.pack()
    assert pack.exit_code == 3
    assert any("failed: lateral/perimeter" in why and "a way in" in why for why in pack.problems)


def test_a_green_record_does_not_outweigh_a_later_red_one(standing: Standing) -> None:
    standing.all()
    later = (NOW - timedelta(hours=1)).isoformat()
    earlier = good("prove", "artefact", standing.digests(), {"lateral/perimeter"})
    standing.keep(changed(earlier, ended=(NOW - timedelta(days=1)).isoformat()), name="earlier")
    red = changed(earlier, passed=(), failed=("lateral/perimeter",), ended=later)
    (standing.records / "prove.dsse.json").unlink()
    standing.keep(red, name="later")
    assert any("later.dsse.json: failed" in why for why in standing.pack().problems)


def test_a_record_that_was_changed_is_told(standing: Standing) -> None:
    import base64

    file = standing.all()["prove"]
    text = json.loads(file.read_bytes())
    payload = base64.b64decode(text["payload"]).replace(b"a limit of this run", b"no limit at all")
    text["payload"] = base64.b64encode(payload).decode()
    file.write_text(json.dumps(text))
    pack = standing.pack()
    assert pack.exit_code == 3
    assert any("was changed after it was signed" in why for why in pack.problems)


def test_a_record_that_nobody_signed_counts_only_where_that_is_said(standing: Standing) -> None:
    file = standing.all()["probe"]
    text = json.loads(file.read_bytes())
    file.write_text(json.dumps({**text, "signatures": []}))
    assert any("is signed by nobody" in why for why in standing.pack().problems)
    pack = standing.pack(Options(unsigned=True))
    assert pack.problems == ()
    assert "--unsafe-unsigned" in str(pack)


def test_a_record_of_a_stranger_counts_once_the_key_is_named(
    standing: Standing, tmp_path: Path
) -> None:
    files = standing.all()
    stranger = CryptoSigner.generate_ed25519()
    names = {"boundary/perimeter", "random/perimeter", "answer/perimeter"}
    names |= {"tagged/vlan", "untagged/vlan", "double-tagged/vlan"}
    files["probe"].unlink()
    standing.keep(good("probe", "emulated", standing.digests(), names), stranger)
    assert any("nobody whose key this environment" in why for why in standing.pack().problems)
    key = tmp_path / "stranger.pem"
    key.write_bytes(pem(stranger))
    assert standing.pack(Options(trust=(key,))).problems == ()


def test_a_record_of_another_environment_or_from_the_future_counts_for_nothing(
    standing: Standing,
) -> None:
    files = standing.all()
    files["probe"].unlink()
    record = good("probe", "emulated", standing.digests(), {"boundary/perimeter"})
    standing.keep(changed(record, environment="alps"))
    assert any("is of another environment: alps" in why for why in standing.pack().problems)
    standing.keep(changed(record, ended=(NOW + timedelta(days=1)).isoformat()))
    assert any("which is to come" in why for why in standing.pack().problems)


def test_what_is_no_record_is_told_and_not_skipped(standing: Standing) -> None:
    standing.all()
    (standing.records / "notes.dsse.json").write_text("{}")
    assert "notes.dsse.json: not a DSSE envelope" in standing.pack().problems


def test_what_only_runs_can_show_is_asked_for_only_then(standing: Standing) -> None:
    standing.all()
    designed, running = standing.pack(), standing.pack(Options(running=True))
    assert designed.level == "as designed"
    assert designed.problems == ()
    assert "EV-KEY-06: ceremony-escrow-drill (live): no record" in running.problems
    assert all(one.level("live") != "shown" for one in designed.judged)


def test_an_emulated_run_never_counts_as_one_of_files_or_of_what_runs(
    standing: Standing,
) -> None:
    standing.all()["prove"].unlink()
    record = good("prove", "emulated", standing.digests(), {"lateral/perimeter"})
    standing.keep(record)
    pack = standing.pack()
    assert any("EV-NET-01: prove (artefact): no record" in why for why in pack.problems)


def test_an_attestation_closes_what_is_open_and_names_the_person(
    standing: Standing, tmp_path: Path
) -> None:
    standing.all()
    file = tmp_path / "limits.dsse.json"
    said = Saying(("EV-LIM-01",), ("satre:1.2.04",), "read and accepted", "2027-06-30")
    attest(standing.folder, said, [standing.anna], NOW, file)
    pack = standing.pack(Options(attest=(file,)))
    assert pack.problems == ()
    one = next(one for one in pack.judged if one.item.id == "EV-LIM-01")
    assert [said.person for said in one.attested] == ["Anna Muster, data protection"]
    assert not one.open
    assert "Anna Muster" in str(pack)


def test_a_record_and_an_attestation_that_are_called_alike_are_both_cited(
    standing: Standing, tmp_path: Path
) -> None:
    standing.all()
    file = standing.folder / "evidence/attested/prove.dsse.json"
    attest(standing.folder, ACCEPTED, [standing.anna], NOW, file)
    pack = standing.pack(Options(out=tmp_path / "pack"))
    names = [name for name, _ in pack.attestations() if name.startswith("prove")]
    assert len(names) == 2
    assert (
        tmp_path / "pack/attestations" / pack.attested[0].file
    ).read_bytes() == file.read_bytes()


def test_an_attestation_ends_when_its_file_changes(standing: Standing) -> None:
    standing.all()
    file = standing.folder / "evidence/attested/limits.dsse.json"
    attest(standing.folder, ACCEPTED, [standing.anna], NOW, file)
    assert standing.pack().problems == ()
    register = standing.folder / "evidence/assumptions.yaml"
    register.write_text(register.read_text() + "# more\n")
    assert any("evidence/assumptions.yaml changed since" in why for why in standing.pack().problems)


def test_what_is_missing_is_told_with_what_to_type(standing: Standing) -> None:
    text = str(standing.pack())
    assert f"  tutela tce record {standing.folder} --key file:ci.pem" in text.splitlines()


def test_a_crosswalk_with_a_dead_number_is_refused(standing: Standing, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "schema: tutela/crosswalk/v1\nitems:\n"
        "  - id: OWN-1\n    shows: something\n    attest: something\n"
        '    controls: {satre: ["2.1.1"]}\n'
    )
    with pytest.raises(DeadControlError, match=r"own.yaml:3.*SATRE 2.0.1 has no '2.1.1'"):
        standing.pack(Options(crosswalk=own))


def test_a_pack_without_a_register_of_assumptions_is_not_made(standing: Standing) -> None:
    (standing.folder / "evidence/assumptions.yaml").unlink()
    with pytest.raises(EvidenceError, match="says more than was shown"):
        standing.pack()


def test_a_folder_that_is_no_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="no rendered environment"):
        evidence(tmp_path, Options(), NOW, TOOL)


def test_the_text_fits_a_terminal_and_claims_nothing_for_others(shown: Pack) -> None:
    text = str(shown)
    assert max(map(len, text.splitlines())) <= 100
    assert claims(text) == []


def test_the_command_line_ends_with_3_and_writes_what_it_found(
    standing: Standing, tmp_path: Path
) -> None:
    standing.all()["check"].unlink()
    environ = {"TUTELA_NOW": NOW.isoformat()}
    out = tmp_path / "pack"
    ran = run("tce", "evidence", str(standing.folder), "--out", str(out), "--json", environ=environ)
    assert ran.code == 3
    said = json.loads(ran.out)
    assert said["schema"] == "tutela/evidence/v1"
    assert said["holds"] is False
    assert json.loads((out / "evidence.json").read_text())["problems"] == said["problems"]
