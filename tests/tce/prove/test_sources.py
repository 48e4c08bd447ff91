"""Which files are proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from tce.prove.sources import Options, UsageError, contents, devices, of_content, readbacks
from tests.tce.prove.rendered import EOS, RULESET, Files, intent, rendered


def test_the_perimeter_and_every_switch_are_proved() -> None:
    found = list(devices(Files(rendered()), intent(), Options()))
    assert [one.name for one in found] == ["perimeter", "leaf1", "leaf2", "leaf3"]
    assert found[1].interface == "Vlan411"
    assert found[0].digest.isalnum()
    assert not any(one.live for one in found)


def test_a_file_that_is_not_there_is_a_source_without_bytes() -> None:
    files = {name: data for name, data in rendered().items() if name != EOS}
    assert [one.data is None for one in devices(Files(files), intent(), Options())] == [
        False,
        True,
        False,
        False,
    ]


def test_what_a_device_says_it_runs_takes_the_place_of_its_file(tmp_path: Path) -> None:
    said = tmp_path / "ruleset.json"
    said.write_text('{"nftables": []}')
    source = next(devices(Files(rendered()), intent(), Options({"perimeter": said})))
    assert (source.format, source.live, source.file) == ("nft-json", True, str(said))
    said.write_bytes(rendered()[RULESET])
    source = next(devices(Files(rendered()), intent(), Options({"perimeter": said})))
    assert source.format == "nftables"


def test_a_device_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such device; known: perimeter, leaf1"):
        list(devices(Files(rendered()), intent(), Options({"leaf9": tmp_path})))


def test_read_backs_are_names_and_files() -> None:
    assert readbacks(["leaf1=a=b"]) == {"leaf1": Path("a=b")}
    for wrong in (["leaf1"], ["=f"], ["leaf1="], ["a=b", "a=c"]):
        with pytest.raises(UsageError, match="NAME=FILE"):
            readbacks(wrong)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="cannot read"):
        contents(tmp_path / "none")
    assert of_content("eos", b"{") == "eos"
