"""OSCAL that trestle reads, the same for the same pack, with levels and without findings."""

from __future__ import annotations

import copy
import shutil
import sys
from dataclasses import replace
from typing import Any

import pytest

from tce.evidence import oscal
from tce.evidence.attest import Saying, attest
from tce.evidence.errors import EvidenceError
from tce.evidence.pack import Pack
from tests.tce.evidence.claims import claims
from tests.tce.evidence.standing import NOW, Standing


@pytest.fixture(scope="module")
def pack(built: Standing, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """With something shown, something missing, and something attested."""
    folder = tmp_path_factory.mktemp("oscal") / "hospital"
    shutil.copytree(built.folder, folder)
    standing = replace(built, folder=folder)
    standing.all()["visibility"].unlink()
    file = standing.folder / "evidence/attested/limits.dsse.json"
    said = Saying(("EV-LIM-01",), (), "read", "2027-06-30")
    attest(standing.folder, said, [standing.anna], NOW, file)
    return standing.pack()


def _results(pack: Pack) -> Any:
    return oscal.documents(pack)[oscal.RESULTS][oscal.RESULTS]


def test_trestle_validates_both_documents(pack: Pack) -> None:
    assert oscal.validated(oscal.documents(pack)) == "compliance-trestle 5.2.0"


def test_the_same_pack_gives_the_same_documents(pack: Pack) -> None:
    assert oscal.documents(pack) == oscal.documents(copy.deepcopy(pack))


def test_what_trestle_refuses_is_told(pack: Pack) -> None:
    found = oscal.documents(pack)
    definition: Any = found[oscal.COMPONENT][oscal.COMPONENT]
    definition["components"][0]["uuid"] = definition["uuid"]
    with pytest.raises(EvidenceError, match="trestle refuses it"):
        oscal.validated(found)
    definition["components"][0]["uuid"] = "none"
    with pytest.raises(EvidenceError, match="OSCAL component-definition"):
        oscal.validated(found)


def test_without_trestle_nobody_validated_it(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trestle", None)
    assert oscal.validated(oscal.documents(pack)) == ""


def test_every_observation_says_its_item_its_level_and_its_state(pack: Pack) -> None:
    (result,) = _results(pack)["results"]
    states = []
    for one in result["observations"]:
        properties = {each["name"]: each["value"] for each in one["props"]}
        states.append(properties["state"])
        assert properties["item"].startswith("EV-")
        assert one["methods"] == ["INTERVIEW"] or "level" in properties
    assert {"shown", "missing", "not asked", "attested"} == set(states)


def test_evidence_is_cited_by_digest(pack: Pack) -> None:
    document = _results(pack)
    resources = {f"#{one['uuid']}": one for one in document["back-matter"]["resources"]}
    cited = [
        each["href"]
        for one in document["results"][0]["observations"]
        for each in one.get("relevant-evidence", [])
    ]
    assert cited
    digests = dict(pack.attestations())
    for href in cited:
        (link,) = resources[href]["rlinks"]
        assert link["hashes"][0]["value"] == digests[resources[href]["title"]]
    assert document["import-ap"]["href"] in resources


def test_nothing_judges_for_whoever_assesses(pack: Pack) -> None:
    (result,) = _results(pack)["results"]
    assert "findings" not in result
    assert {one["status"] for one in result["risks"]} == {"open"}
    assert len(result["risks"]) == len(pack.assumed)
    assert claims(str(oscal.documents(pack))) == []


@pytest.mark.parametrize(
    ("framework", "number", "token"),
    [
        ("nist", "SC-7(5)", "sc-7.5"),
        ("nist", "AU-11", "au-11"),
        ("satre", "2.8.05", "satre-2.8.05"),
        ("swiss", "DPO 3(2)b", "swiss-dpo.3.2.b"),
        ("gdpr", "32(1)(a)", "gdpr-32.1.a"),
    ],
)
def test_numbers_become_tokens(framework: str, number: str, token: str) -> None:
    assert oscal.control_id(framework, number) == token
