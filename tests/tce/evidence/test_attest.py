"""An officer says something by name; nobody else can, and not about what there is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from securesystemslib.signer import Signer

from governance.signing import envelope
from tce.evidence.attest import Attestation, Saying, attest
from tce.evidence.errors import DeadControlError, EvidenceError
from tce.evidence.evidence import Options
from tce.evidence.record import PAYLOAD_TYPE
from tests.program import run
from tests.tce.evidence.standing import NOW, Standing

FILE = "limits.dsse.json"


def _attest(
    standing: Standing,
    out: Path,
    *,
    items: tuple[str, ...] = ("EV-LIM-01",),
    controls: tuple[str, ...] = (),
    until: str = "2027-06-30",
    signer: Signer | None = None,
) -> Attestation:
    said = Saying(items, controls, "read", until)
    return attest(standing.folder, said, [signer or standing.anna], NOW, out)


def test_the_person_is_whoever_the_key_belongs_to(standing: Standing, tmp_path: Path) -> None:
    said = _attest(standing, tmp_path / FILE)
    assert said.person == "Anna Muster, data protection"
    assert said.as_json()["schema"] == "tutela/attestation/v1"
    raw = (tmp_path / FILE).read_bytes()
    signed = envelope.verify(raw, PAYLOAD_TYPE, [standing.anna.public_key])
    assert b"evidence/assumptions.yaml" in signed.payload


def test_a_statement_about_controls_alone_is_of_the_specification(
    standing: Standing, tmp_path: Path
) -> None:
    _attest(standing, tmp_path / FILE, items=(), controls=("satre:1.1.01",))
    payload = envelope.read((tmp_path / FILE).read_bytes()).payload
    assert b'"name": "spec.yaml"' in payload


def test_a_key_of_nobody_is_refused(standing: Standing, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no officer's"):
        _attest(standing, tmp_path / FILE, signer=standing.ci)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("control", ["satre:1.1.1", "satre:", "hipaa:1", "1.1.01"])
def test_a_dead_control_is_refused(standing: Standing, tmp_path: Path, control: str) -> None:
    with pytest.raises(DeadControlError, match="there is no control"):
        _attest(standing, tmp_path / FILE, items=(), controls=(control,))


def test_an_item_that_there_is_not_and_a_day_that_is_none_are_refused(
    standing: Standing, tmp_path: Path
) -> None:
    with pytest.raises(DeadControlError, match="EV-LIM-99"):
        _attest(standing, tmp_path / FILE, items=("EV-LIM-99",))
    with pytest.raises(EvidenceError, match="is no day"):
        _attest(standing, tmp_path / FILE, until="soon")


def test_an_item_of_ones_own_can_be_attested(standing: Standing, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "schema: tutela/crosswalk/v1\nitems:\n"
        "  - {id: OWN-1, shows: doors are shut, attest: somebody goes around,"
        " controls: {iso27001: ['7.1']}}\n"
    )
    said = Saying(("OWN-1",), (), "I do", "2027-06-30", own)
    attest(standing.folder, said, [standing.anna], NOW, tmp_path / FILE)
    pack = standing.pack(Options(crosswalk=own, attest=(tmp_path / FILE,)))
    assert [one.open for one in pack.judged] == [""]
    assert pack.exit_code == 0


def test_the_command_line_wants_a_key_and_a_day(standing: Standing) -> None:
    ran = run("tce", "attest", str(standing.folder), "--says", "read", "--item", "EV-LIM-01")
    assert ran.code == 2
    assert "--key" in ran.err
