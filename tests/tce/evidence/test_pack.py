"""Control by control: what is spoken to, on which level, and what is open; never more."""

from __future__ import annotations

import json
from dataclasses import replace

from tce.evidence.attest import Saying, attest
from tce.evidence.catalogue import frameworks
from tce.evidence.pack import Pack
from tests.tce.evidence.standing import NOW, Standing, changed, good


def test_every_satre_statement_has_its_line_and_none_is_silent(shown: Pack) -> None:
    lines = list(shown.lines(frameworks()["satre"]))
    assert len(lines) == 185
    assert {line.spoken for line in lines} == {"shown in part", "not asked", "open"}
    spoken = [line.control.id for line in lines if line.spoken == "shown in part"]
    assert {"2.2.10", "2.8.01"} <= set(spoken)
    assert len(spoken) < 40


def test_counts_add_up(shown: Pack) -> None:
    counts = shown.counted(frameworks()["satre"])
    assert {name: sum(row.values()) for name, row in counts.items()} == {
        "mandatory": 89,
        "conditional": 6,
        "recommended": 67,
        "optional": 23,
    }


def test_one_item_that_is_not_shown_takes_its_controls_along(standing: Standing) -> None:
    standing.all()
    record = good("check", "artefact", standing.digests(), {"*"})
    standing.keep(changed(record, failed=("etcd-encryption",)))
    lines = {line.control.id: line for line in standing.pack().lines(frameworks()["satre"])}
    assert lines["2.8.01"].spoken == "not shown"


def test_levels_of_a_control_are_those_of_what_is_shown(shown: Pack) -> None:
    lines = {line.control.id: line for line in shown.lines(frameworks()["satre"])}
    assert lines["2.2.10"].levels == ("artefact", "emulated")
    assert lines["2.8.01"].levels == ("artefact",)
    assert lines["3.1.09"].levels == ()


def test_a_control_that_somebody_attests_is_said_so(standing: Standing) -> None:
    standing.all()
    file = standing.folder / "evidence/attested/audit.dsse.json"
    said = Saying((), ("satre:1.2.04",), "audited", "2027-06-30")
    attest(standing.folder, said, [standing.anna], NOW, file)
    pack = standing.pack()
    lines = {line.control.id: line for line in pack.lines(frameworks()["satre"])}
    assert lines["1.2.04"].spoken == "attested"
    assert pack.exit_code == 0


def test_frameworks_that_are_known_in_part_list_what_is_cited(shown: Pack) -> None:
    pack = shown
    assert len(list(pack.lines(frameworks()["iso27001"]))) == 93
    assert all(line.items for line in pack.lines(frameworks()["nist"]))


def test_the_json_says_what_it_is_and_what_it_does_not_say(shown: Pack) -> None:
    said = json.loads(json.dumps(replace(shown, unsigned=True).as_json()))
    assert said["schema"] == "tutela/evidence/v1"
    assert said["asked"] == "as designed"
    assert said["unsigned_records_count"] is True
    assert "for an assessment by others" in said["says"][0]
    assert len(said["assumptions"]) > 20
    assert said["oscal"]["validated_by"].startswith("compliance-trestle ")
    (item,) = [one for one in said["items"] if one["id"] == "EV-NET-03"]
    assert item["levels"] == {"artefact": None, "emulated": "shown", "live": None}
    assert item["proofs"][0]["record"] == "probe.dsse.json"
    assert set(item["files"]) == {"network/perimeter/tce.nft"}
