from pathlib import Path

from blueprints.display import WIDTH, width
from governance.retention.report import report
from tests.golden import Golden
from tests.governance.retention.lab import asked, hostile, small
from tests.governance.retention.places import NOW, add_snapshot, save, workspace


def test_the_report_of_a_small_workspace_reads_as_it_should(tmp_path: Path, golden: Golden) -> None:
    golden.check("report.txt", str(report(small(tmp_path), now=NOW)) + "\n")


def test_the_notice_of_a_small_workspace_reads_as_it_should(tmp_path: Path, golden: Golden) -> None:
    golden.check("notice.txt", str(report(small(tmp_path), now=NOW, with_notice=True)) + "\n")


def test_a_report_certifies_every_source(tmp_path: Path, golden: Golden) -> None:
    said = str(report(asked(tmp_path), now=NOW))
    evidence = said[said.index("Evidence: who") : said.index("\n\nNext")]
    first = said[said.index("Read this first") : said.index("\n\nBy project")]
    golden.check("evidence.txt", f"{first}\n\n{evidence}\n")
    assert [line for line in said.split("\n") if width(line) > WIDTH] == []


def test_no_line_is_wider_than_a_terminal_and_nothing_in_it_acts(tmp_path: Path) -> None:
    place = hostile(tmp_path)
    for with_notice in (False, True):
        said = str(report(place, now=NOW, with_notice=with_notice))
        assert [line for line in said.split("\n") if width(line) > WIDTH] == []
        assert all(character == "\n" or character.isprintable() for character in said)


def test_an_empty_bucket_is_said_to_be_empty(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [])
    said = str(report(place, now=NOW))
    assert "Stored         0 B  in 0 artifacts, 0 objects" in said
    assert "tutela retention explain" not in said


def test_an_incomplete_listing_is_said_first(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("r/", 1)], complete=False)
    said = str(report(place, now=NOW))
    assert said.index("Read this first") < said.index("By project")


def test_many_projects_rules_and_runs_are_cut_and_counted(tmp_path: Path) -> None:
    names = [f"p{number:03d}" for number in range(60)]
    lines = [f'  {name}: {{prefixes: ["s3://lab/{name}/"], quota: 1MB}}' for name in names]
    place = workspace(tmp_path, "projects:\n" + "\n".join(lines))
    things = [save(f"{name}/r/", 1, complete=False, missing=["x"]) for name in names]
    add_snapshot(place, things)
    said = str(report(place, now=NOW))
    assert "and 35 more projects" in said
    assert "and 50 more artifacts" in said
    assert said.count("Quota of") == 10


def test_what_was_not_asked_is_suggested(tmp_path: Path) -> None:
    registered = "evidence: {jobs: [{file: a, name: a}, {file: b, name: b}]}\n"
    place = workspace(tmp_path / "never", registered)
    add_snapshot(place, [save("r/", 1)])
    said = str(report(place, now=NOW))
    assert "tutela evidence read" in said
    assert "who needs what: 2 sources never answered" in said
    nothing = workspace(tmp_path / "nothing")
    add_snapshot(nothing, [save("r/", 1)])
    assert "once sources are registered" in str(report(nothing, now=NOW))
    assert "who needs what" not in str(report(asked(tmp_path / "asked"), now=NOW))
