from pathlib import Path

from governance.retention.report import report
from tests.governance.retention.places import NOW, add_snapshot, days, save, workspace

CONFIG = """
projects:
  a: {prefixes: ["s3://lab/a/"], quota: 10kB}
  b: {prefixes: ["s3://lab/b/"], quota: 10kB}
"""


def test_a_project_has_a_rate_although_another_source_was_seen_only_once(tmp_path: Path) -> None:
    place = workspace(tmp_path, CONFIG)
    for age, saves in ((20, 1), (10, 2), (0, 4)):
        add_snapshot(place, [save("a/r/", n, 100) for n in range(saves)], at=days(age))
    add_snapshot(place, [save("x/", 1, 100)], bucket="other")
    made = report(place, now=NOW)
    a, b = made.quotas
    assert (a.project, a.basis, a.used) == ("a", "snapshots", 1640)
    assert a.earliest is not None
    assert a.latest is not None
    assert (b.project, b.basis, b.used) == ("b", "none", 0)
    assert made.growth.basis == "survivors"


def test_without_quotas_the_manifests_are_enough(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    for age, saves in ((20, 1), (0, 4)):
        add_snapshot(place, [save("r/", n, 100) for n in range(saves)], at=days(age))
    assert [point.live for point in report(place, now=NOW).growth.points] == [410, 1640]


def test_a_prefix_grew_too(tmp_path: Path) -> None:
    place = workspace(tmp_path, CONFIG)
    for age, saves in ((20, 1), (0, 2)):
        things = [save(f"{name}/r/", n, 100) for n in range(saves) for name in "ab"]
        add_snapshot(place, things, at=days(age))
    made = report(place, now=NOW, scope="s3://lab/a/")
    assert [point.live for point in made.growth.points] == [410, 820]
    assert made.quotas == ()


def test_an_incomplete_snapshot_is_never_taken_for_objects_gone(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    for age, saves, complete in ((20, 3, True), (10, 1, False), (0, 4, True)):
        things = [save("r/", n, 100) for n in range(saves)]
        add_snapshot(place, things, at=days(age), complete=complete)
    assert [point.live for point in report(place, now=NOW).growth.points] == [1230, 1640]
