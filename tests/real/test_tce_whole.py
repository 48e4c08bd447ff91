"""From a printed specification to packets: every step ends with 0 and says how far it goes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.program import Ran, run

pytestmark = pytest.mark.real

NOW = {"TUTELA_NOW": "2026-11-22T01:20:00Z", "PATH": f"/usr/sbin:/sbin:{os.environ['PATH']}"}
FLOWS = {
    "hospital": ("tcp 10.200.4.7 > 10.90.12.10:6443", "kubectl"),
    "alps": ("tcp 10.91.24.11 > 10.91.20.11:9345", "opening-rke2"),
}


def tutela(*words: str, cwd: Path) -> Ran:
    ran = run(*words, cwd=cwd, environ=NOW)
    assert ran.code == 0, ran.out + ran.err
    return ran


@pytest.mark.parametrize("name", list(FLOWS))
def test_an_example_is_rendered_proved_probed_and_checked(name: str, tmp_path: Path) -> None:
    (tmp_path / "tce.yaml").write_text(tutela("tce", "spec", name, cwd=tmp_path).out)
    tutela("tce", "render", "tce.yaml", "--out", "d", cwd=tmp_path)

    proof = json.loads(tutela("--json", "tce", "prove", "d", cwd=tmp_path).out)
    assert proof["holds"]
    assert proof["level"] == "artefact"
    assert {one["format"] for one in proof["targets"]} >= {"nftables", "eos", "ios", "junos"}
    assert proof["assumptions"]
    assert proof["limits"]

    probed = tutela("tce", "probe", "d", cwd=tmp_path).out
    assert "level emulated" in probed
    assert "holds: every packet did what the intent says" in probed
    (perimeter,) = (one for one in proof["targets"] if one["name"] == "perimeter")
    assert perimeter["sha256"] in probed

    tutela("check", "d", cwd=tmp_path)
    packet, flow = FLOWS[name]
    assert flow in tutela("tce", "explain", "d", "--packet", packet, cwd=tmp_path).out
    tutela("tce", "matrix", "d", "--out", "matrix.html", cwd=tmp_path)
    assert "Topology" in (tmp_path / "matrix.html").read_text(encoding="utf-8")
