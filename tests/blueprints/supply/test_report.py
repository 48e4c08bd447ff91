import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blueprints.supply.report import ReportError, read_report
from tests.blueprints.supply.reports import DIGEST, grype, trivy, written


def test_a_report_of_trivy_is_read(tmp_path: Path) -> None:
    found = read_report(written(tmp_path, trivy()))
    assert found.scanner == "trivy"
    assert DIGEST in found.digests
    assert found.at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert [(one.id, one.severity, one.fixed) for one in found.found] == [
        ("CVE-2026-0001", "critical", "3.0.2"),
        ("CVE-2026-0002", "high", ""),
        ("CVE-2026-0003", "low", ""),
        ("CVE-2026-0004", "high", ""),
    ]
    assert [one.rated for one in found.found] == [True, True, True, False]


def test_a_report_of_grype_is_read(tmp_path: Path) -> None:
    found = read_report(written(tmp_path, grype()))
    assert found.scanner == "grype"
    assert found.digests == {DIGEST}
    assert found.at == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert [(one.id, one.aliases, one.fixed) for one in found.found] == [
        ("GHSA-aaaa", ("CVE-2026-0001",), "1.2, 2.0")
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "no report of Trivy or Grype"),
        ([], "no report of Trivy or Grype"),
        ({**trivy(), "ArtifactType": "filesystem"}, "not about an image"),
        ({**trivy(), "Results": None}, "nothing was scanned"),
        ({**trivy(), "Results": [{"Vulnerabilities": [{}]}]}, "not as its scanner writes"),
        ({**grype(), "matches": [{"vulnerability": 1}]}, "not as its scanner writes"),
        ({**grype(), "source": None}, "not as its scanner writes"),
    ],
)
def test_what_is_no_report_is_refused(data: object, why: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=why):
        read_report(written(tmp_path, data))


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot read"):
        read_report(tmp_path / "absent")
    (tmp_path / "deep").write_text("[" * 100_000)
    with pytest.raises(ReportError, match="is not JSON"):
        read_report(tmp_path / "deep")


@pytest.mark.parametrize("said", ["yesterday", None, 7, "2026-11-22T10:00:00"])
def test_a_time_without_a_zone_is_none(said: object, tmp_path: Path) -> None:
    assert read_report(written(tmp_path, {**trivy(), "CreatedAt": said})).at is None


def test_the_same_in_two_layers_is_one(tmp_path: Path) -> None:
    data = trivy()
    data["Results"] = [*data["Results"], *data["Results"]]
    assert len(read_report(written(tmp_path, json.loads(json.dumps(data)))).found) == 4
