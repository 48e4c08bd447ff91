"""The hospital's pack from the commands of the README: seen in a browser, failing as it should."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.labs.life import Life
from tests.labs.openbao import OpenBao
from tests.labs.seaweed import Lab
from tests.program import run

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium

pytestmark = pytest.mark.real

NOW = "2026-11-22T12:00:00Z"
RULESET = "network/perimeter/tce.nft"


class Ours:
    """A folder in which the README's commands ran, and what was told last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = folder / "hospital"
        self.pack = folder / "evidence"
        self.environ = {"TUTELA_NOW": NOW, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}

    def tutela(self, *words: str) -> tuple[int, str]:
        ran = run(*words, environ=self.environ, cwd=self.folder)
        return ran.code, ran.out + ran.err

    def evidence(self) -> tuple[int, list[str]]:
        words = ("hospital", "--trust", "ci.pub", "--out", "evidence")
        code, said = self.tutela("tce", "evidence", *words, "--json")
        return code, json.loads(said)["problems"]

    def copy(self, folder: Path) -> Ours:
        other = Ours(folder / "copy")
        shutil.copytree(self.folder, other.folder)
        return other


def _readme() -> list[list[str]]:
    """The commands of the section about trusted environments, word by word."""
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    section = text.split("## A trusted environment\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip() for line in section.splitlines() if line.startswith("    tutela ")]
    return [
        shlex.split(one, comments=True) for line in lines for one in line.split("&&") if one.strip()
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """What somebody has who typed what the README says, and nothing else."""
    ours = Ours(tmp_path_factory.mktemp("whole"))
    commands = _readme()
    assert [one[1:3] for one in commands][-1] == ["tce", "evidence"]
    for words in commands:
        into = ours.folder / words[-1] if ">" in words else None
        ran = run(*(words[1:-2] if into else words[1:]), environ=ours.environ, cwd=ours.folder)
        assert ran.code == 0, (words, ran.out + ran.err)
        if into:
            into.write_text(ran.out)
    return ours


def test_all_that_was_asked_for_is_there_and_shown_in_a_browser(
    whole: Ours, chromium: Chromium
) -> None:
    assert whole.evidence() == (0, [])
    with chromium.open(whole.pack / "evidence.html") as seen:
        assert (seen.problems, seen.requests) == ([], [])
        text = seen.page.inner_text("body")
    assert "as designed" in text
    assert "Every proof that was asked for is there" in text
    assert "Whether a control is met is not said here" in text
    for level in ("artefact", "emulated", "live"):
        assert level in text
    assert "not asked: there once it runs" in text
    for name in ("visibility", "planted"):
        assert f"{name}.dsse.json" in text


def test_it_fails_for_a_record_that_is_missing(whole: Ours, tmp_path: Path) -> None:
    ours = whole.copy(tmp_path)
    (ours.repository / "evidence/records/visibility.dsse.json").unlink()
    assert ours.evidence() == (3, ["EV-KEY-02: visibility (artefact): no record"])


def test_it_fails_for_a_file_that_is_newer_than_its_proof(whole: Ours, tmp_path: Path) -> None:
    ours = whole.copy(tmp_path)
    rules = ours.repository / RULESET
    rules.write_text(rules.read_text() + "# a comment\n")
    code, problems = ours.evidence()
    assert code == 3
    assert all(f"older than what it proves: {RULESET} changed since" in one for one in problems)
    assert len(problems) > 10


def test_it_fails_for_a_proof_that_is_red(whole: Ours, tmp_path: Path) -> None:
    ours = whole.copy(tmp_path)
    rules = ours.repository / RULESET
    text = rules.read_text()
    rules.write_text(text.replace("policy drop", "policy accept", 1))
    code, said = ours.tutela("tce", "record", "hospital", "--key", "file:ci.pem")
    assert code == 3, said
    code, problems = ours.evidence()
    assert code == 3
    assert any("prove (artefact): prove.dsse.json: failed: " in one for one in problems)


DEVICES = {
    "perimeter": RULESET,
    "leaf1": "network/switches/leaf1.eos",
    "leaf2": "network/switches/leaf2.ios",
    "leaf3": "network/switches/leaf3.junos",
}


def test_ceremonies_with_a_real_openbao_count_as_live(tmp_path: Path, s3: Lab) -> None:
    with OpenBao() as bao:
        root = {"kind": "shamir", "shares": 3, "threshold": 2}
        life = Life(tmp_path / "life", bao, s3.environ(), "evidence", root)
        life.begin()
        repository, keys = life.repository, ("tce", "keys")
        life.run(
            *(*keys, "init", repository, "--root", life.place, "--officer", "anna"),
            *("--login", life.folder / "anna.json", "--key", life.key("anna")),
        )
        anna = life.log_in(life.folder / "anna.json", "anna")
        escrow = life.folder / "escrow"
        life.run(
            *(*keys, "escrow", "split", repository, "--out", escrow),
            *("--order", life.order("escrow-split", "hospital")),
            token=anna,
        )
        shares = life.shares(("anna", "urs"), escrow / "escrow-1")
        life.run(*keys, "escrow", "drill", repository, *shares, token=anna)
        life.run(*keys, "rotate", "identities/genomes", repository, token=anna)
        evidence = ("--key", "bao://tce-hospital-transit/keys/evidence")
        life.run("tce", "record", repository, *evidence, token=anna)
        said = [word for name, file in DEVICES.items() for word in ("--live", f"{name}={file}")]
        live = repository / "evidence/records/live.dsse.json"
        life.run(
            *("tce", "prove", repository, *said, "--record", live, *evidence),
            token=anna,
            cwd=repository,
        )
        told = life.run("--json", "tce", "evidence", repository, "--running", code=3)
    pack = json.loads(told)
    levels = {one["id"]: one["levels"] for one in pack["items"]}
    assert levels["EV-NET-01"] == {"artefact": "shown", "emulated": None, "live": "shown"}
    assert {levels[f"EV-KEY-0{number}"]["live"] for number in (3, 4, 6)} == {"shown"}
    assert pack["problems"] == [
        "EV-KEY-01: canary (artefact): no record",
        "EV-KEY-05: ceremony-headers-drill (live): no record",
        "EV-KEY-07: attack (live): no record",
    ]
    assert {one["trust"] for one in pack["records"]} == {"signed"}
