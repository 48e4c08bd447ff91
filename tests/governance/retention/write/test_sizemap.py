from governance.retention.write.sizemap import draw, places
from tests.governance.retention.lab import HOSTILE
from tests.governance.retention.places import row, table


def test_bytes_lie_under_project_run_and_kind() -> None:
    rows = [
        row(1, project="a", run="r/", bytes=10, verdict="expire"),
        row(2, project="a", run="r/", bytes=20),
        row(3, project="a", run="r/", bytes=5, kind="dataset"),
        row(4, project="b", run="", bytes=1, bytes_noncurrent=2, bytes_upload=4),
    ]
    a, b = places(table(rows), one_project=False)
    assert (a.name, a.weight, a.expire) == ("a", 35, 10)
    (run,) = a.children
    assert [(kind.name, kind.weight, kind.expire) for kind in run.children] == [
        ("checkpoint", 30, 10),
        ("dataset", 5, 0),
    ]
    assert (b.children[0].name, b.weight) == ("(top)", 7)


def test_a_report_of_one_project_begins_with_its_runs() -> None:
    nodes = places(table([row(n, run=f"r{n}/") for n in range(3)]), one_project=True)
    assert {node.name for node in nodes} == {"r0", "r1", "r2"}
    assert places(table([]), one_project=True) == ()


def test_a_thousand_runs_are_still_a_map() -> None:
    rows = [row(n, run=f"run-{n}/", project=f"p{n % 40}") for n in range(1000)]
    nodes = places(table(rows), one_project=False)
    assert nodes[-1].name == "30 more projects"
    assert sum(node.weight for node in nodes) == 4_000_000
    assert len(draw(nodes, 1120, 440)) < 500


def test_hostile_names_show_themselves_and_labels_fit() -> None:
    rows = [row(n, run=f"{name}/", project=name) for n, name in enumerate(HOSTILE)]
    for tile in draw(places(table(rows), one_project=False), 1120, 440):
        for label in (*tile.texts,):
            assert label.text.isprintable()
            assert len(label.text) * 7 <= tile.width
        assert tile.title.isprintable()
        assert tile.may_go_y >= tile.y
