import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from blueprints.supply.report import ReportError
from blueprints.supply.scan import Asked, Judged, severity_of
from blueprints.supply.scan import scan as operation
from blueprints.yamlfile import InvalidFileError
from tests.blueprints.supply.models import NOW
from tests.blueprints.supply.reports import DIGEST, grype, trivy, written


def scan(tmp_path: Path, data: object | None = None, **more: object) -> Judged:
    asked = Asked(written(tmp_path, trivy() if data is None else data), DIGEST)
    return operation(dataclasses.replace(asked, **more), NOW)  # type: ignore[arg-type]


def ids(judged: Judged) -> list[str]:
    return [one.id for one in judged.against]


def accepting(folder: Path, *lines: str) -> Path:
    file = folder / "accepted.yaml"
    file.write_text("version: 1\naccept:\n" + "".join(f"  - {{{line}}}\n" for line in lines))
    return file


def test_what_is_severe_or_unrated_refuses_an_image(tmp_path: Path) -> None:
    judged = scan(tmp_path)
    assert judged.exit_code == 3
    assert ids(judged) == ["CVE-2026-0001", "CVE-2026-0002", "CVE-2026-0004"]
    assert judged.below == 1
    assert "critical: CVE-2026-0001 in openssl 3.0.1, mended in 3.0.2" in str(judged)
    assert "unrated: CVE-2026-0004" in str(judged)
    assert judged.as_json()["passes"] is False


def test_how_strictly_is_said(tmp_path: Path) -> None:
    assert ids(scan(tmp_path, fail_on="critical")) == ["CVE-2026-0001"]
    assert len(ids(scan(tmp_path, fail_on="low"))) == 4
    fixed = scan(tmp_path, fixed_only=True)
    assert (ids(fixed), fixed.unfixed) == (["CVE-2026-0001"], 2)
    assert severity_of("HIGH") == "high"
    with pytest.raises(ReportError, match="--fail-on severe is none of"):
        severity_of("severe")


def test_what_somebody_answers_for_passes_until_the_day(tmp_path: Path) -> None:
    file = accepting(
        tmp_path,
        "id: CVE-2026-0001, until: 2026-11-22, reason: not reachable",
        "id: CVE-2026-0002, package: openssl, until: 2027-01-01, reason: not reachable",
        "id: CVE-2026-0004, until: 2026-11-21, reason: not reachable",
        "id: CVE-2026-0009, until: 2027-01-01, reason: not reachable",
    )
    judged = scan(tmp_path, ignore=file)
    assert ids(judged) == ["CVE-2026-0004"]
    assert len(judged.accepted) == 2
    assert judged.remarks == [
        "CVE-2026-0004 was accepted until 2026-11-21",
        "CVE-2026-0009 is accepted and was not found",
    ]


def test_an_acceptance_is_of_its_package_and_holds_for_other_names(tmp_path: Path) -> None:
    of_another = accepting(
        tmp_path, "id: CVE-2026-0001, package: curl, until: 2027-01-01, reason: no"
    )
    assert "CVE-2026-0001" in ids(scan(tmp_path, ignore=of_another))
    alias = accepting(tmp_path, "id: CVE-2026-0001, until: 2027-01-01, reason: no")
    assert scan(tmp_path, grype(), ignore=alias).exit_code == 0
    assert scan(tmp_path, grype()).exit_code == 3


@pytest.mark.parametrize(
    "line",
    [
        "id: CVE-1, until: 2027-01-01",
        "id: CVE-1, until: never, reason: no",
        "id: CVE-1, reason: no",
    ],
)
def test_an_acceptance_needs_a_day_and_a_reason(line: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match=r"accepted\.yaml:3"):
        scan(tmp_path, ignore=accepting(tmp_path, line))


def test_a_report_of_another_image_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="and not about sha256:0000"):
        scan(tmp_path, image="sha256:" + "0" * 64)


def test_an_old_report_is_no_answer(tmp_path: Path) -> None:
    asked = Asked(written(tmp_path, trivy()), DIGEST)
    assert operation(asked, NOW + timedelta(days=29)).exit_code == 3
    for moment in (NOW + timedelta(days=31), NOW - timedelta(days=2)):
        with pytest.raises(ReportError, match="is of 2026-11-22: scan the image again"):
            operation(asked, moment)
    with pytest.raises(ReportError, match="a time that it does not say"):
        scan(tmp_path, {**trivy(), "CreatedAt": "?"})


def test_an_image_without_findings_passes(tmp_path: Path) -> None:
    judged = scan(tmp_path, {**trivy(), "Results": [{"Target": "os"}]})
    assert judged.exit_code == 0
    assert str(judged).endswith("passes: 0 of severity high or above, 0 accepted, 0 below")


def test_text_of_a_report_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    data = trivy()
    data["Results"][0]["Vulnerabilities"][0]["PkgName"] = "x\x1b[31m\n"
    assert "\x1b" not in str(scan(tmp_path, data))


def test_many_findings_are_not_all_told(tmp_path: Path) -> None:
    data = trivy()
    one = data["Results"][0]["Vulnerabilities"][0]
    data["Results"][0]["Vulnerabilities"] = [
        {**one, "VulnerabilityID": f"CVE-2026-{number:04}"} for number in range(60)
    ]
    judged = scan(tmp_path, data)
    assert "and 10 more: --json" in str(judged)
    assert len(judged.as_json()["against"]) == 60  # type: ignore[arg-type]
