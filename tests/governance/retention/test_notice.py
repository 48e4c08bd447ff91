from pathlib import Path

from governance.retention.notice import notice
from governance.retention.report import report
from tests.governance.retention.places import (
    NOW,
    add_snapshot,
    database,
    days,
    row,
    save,
    workspace,
)

POLICY = """
version: 1
notice: 20d
rules:
  - id: thin
    match: {kind: checkpoint}
    keep: {last_verified: 1}
    else: {after: 60d, action: delete}
"""


def test_each_owner_is_told_of_what_may_go_now_or_within_the_notice(tmp_path: Path) -> None:
    place = workspace(
        tmp_path,
        """
projects:
  a: {prefixes: ["s3://lab/a/"], owners: [ada, bob]}
  c: {prefixes: ["s3://lab/c/"], contact: c@example.org}
""",
        POLICY,
    )
    things = [
        *(save("a/run/", step, 10 * step, age=100 - 16 * step) for step in (1, 2, 3, 4, 5)),
        *(save(f"{name}/run/", step, 100, age=90) for name in "cd" for step in (1, 2)),
    ]
    add_snapshot(place, things)
    notices = report(place, now=NOW, with_notice=True).notices
    assert notices is not None
    told = {item.owner: [(due.uri[9:], due.when) for due in item.shown] for item in notices}
    assert told["ada"] == [
        ("a/run/checkpoint-3/", "from 2026-11-30"),
        ("a/run/checkpoint-2/", "now"),
        ("a/run/checkpoint-1/", "now"),
    ]
    assert told["bob"] == told["ada"]
    assert told["c@example.org"] == [("c/run/checkpoint-1/", "now")]
    assert told["nobody is named for unknown"] == [("d/run/checkpoint-1/", "now")]
    assert set(told) == {"ada", "bob", "c@example.org", "nobody is named for unknown"}


def test_the_law_of_a_notice_is_that_nothing_is_left_out_of_its_sums() -> None:
    rows = [row(n, verdict="expire", project="p", bytes=n) for n in range(300)]
    (found,) = notice(database(rows), now=NOW, contacts={})
    assert (found.artifacts, found.bytes, len(found.shown)) == (300, sum(range(300)), 200)
    assert found.shown[0].stored == 299


def test_what_is_kept_for_longer_is_not_announced() -> None:
    rows = [row(1, until=days(-15)), row(2, until=days(-13)), row(3)]
    (found,) = notice(database(rows), now=NOW, contacts={})
    assert [due.at for due in found.shown] == [days(-13)]
    assert found.as_json()["due"]
