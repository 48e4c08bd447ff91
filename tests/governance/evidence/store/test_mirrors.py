"""A mirrored model is known by its hub's name, whatever its folder is called."""

from pathlib import Path

import pytest

from blueprints.supply.record import NAME
from tests.blueprints.supply.models import FILES, record
from tests.governance.evidence.store.trees import Said, read_files
from tests.governance.recognise.trees import Recognised


def mirrored(text: bytes, tmp_path: Path) -> Said:
    return read_files(
        {**{f"m/v1/{path}": body for path, body in FILES.items()}, f"m/v1/{NAME}": text}, tmp_path
    )


def test_a_record_names_what_it_lies_with(tmp_path: Path) -> None:
    said = mirrored(record().text(), tmp_path)
    assert said.reading.complete
    assert ("hub:example-org/Scout", "m/v1") in {
        (holder, target.rstrip("/")) for holder, target in said.edges("names")
    }
    assert "Apache-2.0" in {text for _, text in said.noted("licence")}
    assert record().digest in {text for _, text in said.noted("digest")}
    assert "example-org/Scout" in {text for _, text in said.noted("label")}


def test_the_record_is_a_file_of_the_model(tmp_path: Path) -> None:
    mirrored(record().text(), tmp_path)
    found = Recognised(tmp_path / "snapshot")
    owners = {row["key"]: found.artifacts[row["artifact"]]["root"] for row in found.objects}
    assert owners[f"m/v1/{NAME}"] == "m/v1/"
    assert owners["m/v1/config.json"] == "m/v1/"


@pytest.mark.parametrize("text", [b"{", b"[]", b"", record().text().replace(b"Scout", b"Sc ut")])
def test_a_record_that_cannot_be_understood_keeps_what_it_lies_with(
    text: bytes, tmp_path: Path
) -> None:
    said = mirrored(text, tmp_path)
    assert [within for _, within in said.problems] == ["m/v1/"]
    assert said.edges("names") == set()
