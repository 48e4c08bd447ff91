"""Every reason as a person reads it."""

from datetime import timedelta
from pathlib import Path

from governance.decide.engine import connect
from governance.decide.reasons import moment
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import NOW, artifact, days, decisions, entry

POLICY = """version: 1
grace: {min_age: 14d, in_flight: 48h}
rules:
  - id: thin
    match: {kind: checkpoint}
    keep: {last_verified: 2, every_steps: 1000, ids: [ffffffffffffffffffffffff]}
    else: {after: 30d, action: delete}
"""
ONE = POLICY.replace("last_verified: 2", "last_verified: 1").replace("14d", "1h")


def save(number: int, **fields: object) -> Row:
    return artifact(number, f"runs/a/{number}/", **fields)


def reasons(folder: Path, policy: str, *saves: Row, ages: tuple[float, ...] = ()) -> list[str]:
    dates = [days(age) for age in ages] or [days(100)] * len(saves)
    objects = [
        entry(row["artifact"], modified=date) for row, date in zip(saves, dates, strict=True)
    ]
    return [row["reason"] for row in decisions(folder, saves, policy, objects=objects)]


def test_what_goes_says_what_was_checked(tmp_path: Path) -> None:
    first = reasons(tmp_path, POLICY, save(1), save(2), save(3))[0]
    assert first == (
        "last changed 2026-08-14, longer ago than 30 days; not one of the 2 newest complete saves "
        "of runs/a (number 3); step 1 is not a multiple of 1000; not named by the rule; "
        "not pinned, not needed by any root"
    )
    partial = reasons(tmp_path, POLICY, save(1), save(2, complete=False))[1]
    assert "; not a complete save of runs/a; " in partial


def test_what_stays_by_a_rule_says_which_part_of_it(tmp_path: Path) -> None:
    found = reasons(tmp_path, POLICY, save(1), save(2), save(1000), save(2000), save(3000))
    assert found[2:] == [
        "step 1000 is a multiple of 1000",
        "one of the 2 newest complete saves of runs/a (step 2000)",
        "one of the 2 newest complete saves of runs/a (step 3000)",
    ]
    assert reasons(tmp_path, ONE, save(7))[0] == "the newest complete save of runs/a (step 7)"
    named = save(1, id="f" * 24)
    assert reasons(tmp_path, ONE, named, save(2))[0] == "named by the rule"


def test_what_is_young_says_until_when(tmp_path: Path) -> None:
    grace = reasons(tmp_path, POLICY, save(1), ages=(3,))
    assert grace == ["younger than 14 days: until 2026-12-03"]
    rule = reasons(tmp_path, POLICY, save(1), save(2), save(3), ages=(20, 20, 20))
    assert rule[0] == "younger than 30 days: until 2026-12-02"
    fresh = reasons(tmp_path, ONE, save(1), save(2, complete=False), ages=(9, 1))
    assert fresh[1] == (
        "newer than the newest complete save of runs/a (step 1) and younger than 48 hours: "
        "until 2026-11-23"
    )


def test_what_is_not_known_says_what(tmp_path: Path) -> None:
    found = reasons(
        tmp_path,
        POLICY,
        save(1),
        save(2, complete=None, why="a .ckpt file names no other"),
        save(3, complete=None),
        save(4, kind="unknown"),
        save(5, step=None, complete=False),
    )
    assert found[1:] == [
        "not known to be complete (a .ckpt file names no other)",
        "not known to be complete",
        "nobody knows what it is",
        "its step is not known, so it may be one of every 1000 steps",
    ]
    assert reasons(tmp_path, POLICY, save(1), ages=(-3,)) == ["changed in the future: 2026-11-25"]


def test_what_the_store_did_not_say_is_in_brackets(tmp_path: Path) -> None:
    for field, words in (
        ("incomplete", "the listing is incomplete (denied)"),
        ("versions_unknown", "old versions could not be listed (denied)"),
        ("pins_unknown", "needs evidence: the pins of this store (denied)"),
    ):
        (row,) = decisions(tmp_path, [save(1)], POLICY, **{field: "denied"})  # type: ignore[arg-type]
        assert row["reason"] == words


def test_a_run_without_a_folder_is_called_by_its_bucket(tmp_path: Path) -> None:
    assert reasons(tmp_path, ONE, save(7, run=""))[0] == "the newest complete save of lab (step 7)"


def test_a_blob_needs_to_know_its_versions(tmp_path: Path) -> None:
    (reason,) = reasons(tmp_path, POLICY, save(1, kind="blob"))
    assert reason == "needs evidence: which dataset versions use this blob"


def test_a_moment_stays_within_the_calendar() -> None:
    connection = connect()
    for micros, year in ((0, 1970), (2**62, 9999)):
        query = f"SELECT year({moment(str(micros))})"
        assert connection.execute(query).fetchone() == (year,)
    assert connection.execute(f"SELECT {moment('NULL')} IS NULL").fetchone() == (True,)


def test_a_date_beyond_the_calendar_is_told_as_its_last_day(tmp_path: Path) -> None:
    far = days(0) + timedelta(days=365 * 7900)
    policy = POLICY.replace("30d", "200y")
    (row,) = decisions(tmp_path, [save(1)], policy, objects=[entry(1, modified=far)])
    assert row["expires_after"].year == 9999
    assert row["until"] is None or row["until"] > NOW
