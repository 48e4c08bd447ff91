"""The proof of a repository and of a foreign file: what holds, and every fault with its place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tce.prove.prove import asked, prove, prove_file
from tce.prove.report import Proof
from tce.prove.sources import Options, UsageError
from tests.tce.environments import environment
from tests.tce.prove.rendered import EOS, IOS, JUNOS, RULESET, SPEC, changed, found, proof, rendered

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def whole() -> Proof:
    return proof()


def test_an_example_holds_and_says_of_what(whole: Proof) -> None:
    assert whole.findings == ()
    assert whole.holds
    assert whole.level == "artefact"
    devices = {one.name: one for one in whole.targets}
    assert {"perimeter", "leaf1", "leaf2", "leaf3", "kubernetes"} <= set(devices)
    for name in ("perimeter", "leaf1", "leaf2", "leaf3"):
        assert devices[name].families == (4, 6)
        assert {"parse", "lateral", "extra", "missing", "agree", "dead"} <= set(
            devices[name].proved
        )
    assert devices["leaf1"].residue
    assert whole.assumptions
    assert whole.limits
    assert whole.as_json()["schema"] == "tutela/proof/v1"


@pytest.mark.parametrize(
    ("file", "old", "new", "properties", "packet"),
    [
        (RULESET, ". 10.1.0.123 . 123", ". 10.1.0.122/31 . 123", {"extra", "agree"}, "10.1.0.122"),
        (RULESET, ". 10.1.0.123 . 123", ". 10.1.0.123 . 124", {"extra", "missing", "agree"}, "123"),
        (RULESET, "hook forward priority filter; policy drop;", "hook forward priority filter; "
         "policy accept;", {"lateral", "agree"}, ""),
        (RULESET, "== syn", "!= syn", {"extra", "missing"}, ""),
        (EOS, "eq 123", "eq 124", {"extra", "missing", "agree"}, "123"),
        (EOS, "deny ip any any", "permit ip any any", {"lateral", "extra", "agree"}, ""),
        (IOS, "established", "", {"extra", "agree"}, "flags"),
        (JUNOS, "10.1.0.123/32", "10.1.0.122/31", {"extra", "agree"}, "10.1.0.122"),
        (IOS, "interface Vlan411", "interface Vlan412", {"bound"}, ""),
    ],
)  # fmt: skip
def test_a_fault_in_a_file_is_found(
    file: str, old: str, new: str, properties: set[str], packet: str
) -> None:
    told = found(file, old, new)
    assert properties <= {one.property for one in told}
    for one in told:
        assert one.line > 0
        if one.property in ("lateral", "extra", "missing", "agree"):
            assert one.packet
    assert any(packet in (one.packet or "") for one in told)


@pytest.mark.parametrize("file", [RULESET, EOS, IOS, JUNOS])
def test_what_cannot_be_read_fails_closed_with_its_line(file: str) -> None:
    lines = rendered()[file].decode().splitlines()
    lines.insert(len(lines) // 2, "newer syntax of tomorrow")
    told = proof({**rendered(), file: "\n".join(lines).encode()}).findings
    assert [(one.property, one.file) for one in told] == [("parse", file)]
    assert told[0].line >= len(lines) // 2


def test_a_file_that_is_not_there_or_is_no_text_fails_closed() -> None:
    files = {name: data for name, data in rendered().items() if name != EOS}
    (one,) = proof(files).findings
    assert (one.property, one.message) == ("parse", "there is no such file")
    (one,) = proof({**rendered(), EOS: b"!\n\xff\n"}).findings
    assert (one.property, one.line, one.message) == ("parse", 2, "not UTF-8")


def test_a_flow_that_is_over_is_no_intent() -> None:
    (one, *_) = proof(today=dt.date(2027, 12, 1)).findings
    assert (one.property, one.file, one.flow) == ("intent", SPEC, "kubectl")


def test_what_a_specification_alone_changes_is_found() -> None:
    told = proof(changed(SPEC, "ports: [6443]", "ports: [6444]")).findings
    assert {"extra", "missing"} <= {one.property for one in told}
    assert "kubectl" in {one.flow for one in told}


def test_what_devices_say_they_run_is_proved(tmp_path: Path) -> None:
    folder = environment(tmp_path / "d")
    said = tmp_path / "leaf1.txt"
    said.write_bytes(rendered()[EOS].replace(b"eq 123", b"eq 124"))
    result = prove(folder, Options({"leaf1": said}), NOW, lambda _: None)
    assert str(said) in {one.file for one in result.findings}
    assert result.level == "artefact"


def test_one_foreign_file_is_proved_against_an_intent(tmp_path: Path) -> None:
    spec, acl = tmp_path / "tce.yaml", tmp_path / "core.txt"
    spec.write_bytes(rendered()[SPEC])
    acl.write_bytes(rendered()[EOS].replace(b"Vlan411", b"Vlan99"))
    assert prove_file(acl, "eos", spec, 0, NOW, lambda _: None).holds
    acl.write_bytes(rendered()[EOS].replace(b"eq 123", b"eq 124"))
    result = prove_file(acl, "eos", spec, 0, NOW, lambda _: None)
    assert result.exit_code == 3
    assert {one.property for one in result.findings} == {"extra", "missing"}
    assert [one.name for one in result.targets] == ["core"]


def test_a_format_without_a_reader_is_not_modelled(tmp_path: Path) -> None:
    spec = tmp_path / "tce.yaml"
    spec.write_bytes(rendered()[SPEC])
    (one,) = prove_file(spec, "nxos", spec, 0, NOW, lambda _: None).findings
    assert one.property == "parse"
    assert "nxos" in one.message


def test_a_command_line_asks_for_one_thing() -> None:
    file = Path("f")
    wrongs: tuple[tuple[Any, ...], ...] = (
        (None, [], None, None, None, 0),
        (file, [], None, "eos", None, 0),
        (file, [], file, "eos", file, 0),
        (None, [], file, None, file, 0),
        (None, ["a=b"], file, "eos", file, 0),
    )
    for wrong in wrongs:
        with pytest.raises(UsageError):
            asked(*wrong)
    asked(file, ["leaf1=f"], None, None, None, 0)
    asked(None, [], file, "eos", file, 0)


def test_a_folder_that_was_not_rendered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no spec\.yaml here"):
        prove(tmp_path, Options(), NOW, lambda _: None)
