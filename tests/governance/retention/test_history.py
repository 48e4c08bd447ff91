from pathlib import Path

from governance.retention import history
from governance.retention.scope import EVERYTHING, Scope
from tests.governance.retention.places import add_snapshot, days, save, workspace


def test_only_comparable_snapshots_of_the_same_source_count(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    things = [save("r/", 1)]
    old = add_snapshot(place, things, at=days(9))
    cut = add_snapshot(place, things, at=days(8), complete=False)
    part = add_snapshot(place, things, at=days(7), prefix="r/")
    less = add_snapshot(place, things, at=days(6), lower_bound=True)
    new = add_snapshot(place, things, at=days(5))
    later = add_snapshot(place, things, at=days(4))
    known = [later, new, less, part, cut, old]
    assert history.earlier(new, known) == (old, new)
    assert history.earlier(cut, known) == (old,)


def test_of_many_snapshots_the_first_the_last_and_some_between_are_read(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    made = [add_snapshot(place, [save("r/", 1)], at=days(100 - n)) for n in range(30)]
    found = history.earlier(made[-1], made)
    assert len(found) == history.MOST
    assert (found[0], found[-1]) == (made[0], made[-1])


def test_the_past_is_known_by_project_and_in_sum(tmp_path: Path) -> None:
    config = 'projects: {a: {prefixes: ["s3://lab/a/"]}}'
    place = workspace(tmp_path, config)
    snapshot = add_snapshot(place, [save("a/r/", 1, 10), save("b/r/", 1, 100)])
    points = history.by_project(snapshot, place.config.projects, EVERYTHING)
    assert history.of_project(points, "a").live == 50
    assert history.of_project(points, "nobody").live == 0
    assert history.add(points) == history.totals(snapshot)
    nothing = history.by_project(snapshot, place.config.projects, Scope(run="none"))
    assert history.add(nothing).stored == 0
