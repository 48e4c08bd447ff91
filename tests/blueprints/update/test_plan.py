"""What happens to each file, decided before anything is written."""

from pathlib import Path

from blueprints.engine.blueprint import File, Owner
from blueprints.engine.lock import Lock, entries
from blueprints.engine.spec import digest
from blueprints.update.merged import Labels
from blueprints.update.plan import Kind, Plan, Sides, make, records
from blueprints.update.tree import Folder
from tests.blueprints.update.repositories import GIT

BODY = "".join(f"line {number}\n" for number in range(20))


def file(path: str, text: str, owner: Owner = Owner.GENERATED, *, executable: bool = False) -> File:
    return File(path, text.encode(), owner, executable)


def planned(
    tmp_path: Path,
    old: list[File],
    new: list[File],
    user: dict[str, str] | None = None,
    moved: dict[str, str] | None = None,
) -> Plan:
    """`user`: what stands there; without it, the old version as it was rendered."""
    there = {one.path: one.content.decode() for one in old} if user is None else user
    for path, text in there.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        if any(one.path == path and one.executable for one in old):
            (tmp_path / path).chmod(0o755)
    lock = Lock("five", 1, "0", "spec.yaml", digest(b""), None, entries(old))
    base = {one.path: one.content for one in old if one.owner is not Owner.USER}
    return make(
        Sides(lock, base, tuple(new), moved or {}, Folder(tmp_path), Labels(), GIT),
    )


def kinds(plan: Plan) -> dict[str, Kind]:
    return {change.path: change.kind for change in plan.changes}


def test_without_changes_nothing_happens(tmp_path: Path) -> None:
    files = [file("a", "1\n"), file("b", "2\n", Owner.USER), file("c", "3\n", Owner.SHARED)]
    assert planned(tmp_path, files, files) == Plan()


def test_files_are_added_changed_and_deleted(tmp_path: Path) -> None:
    old = [file("a", "1\n"), file("gone", "2\n")]
    plan = planned(tmp_path, old, [file("a", "9\n"), file("new", "3\n", executable=True)])
    assert kinds(plan) == {"a": Kind.CHANGED, "gone": Kind.DELETED, "new": Kind.ADDED}
    assert plan.writes() == {"a": (b"9\n", False), "new": (b"3\n", True)}
    assert plan.deletes() == {"gone"}


def test_shared_and_generated_files_are_merged_alike(tmp_path: Path) -> None:
    old = [file(name, "1\n2\n3\n", owner) for name, owner in zip("ab", Owner, strict=False)]
    new = [file(name, "1\n2\n9\n", owner) for name, owner in zip("ab", Owner, strict=False)]
    plan = planned(tmp_path, old, new, {"a": "0\n2\n3\n", "b": "0\n2\n3\n"})
    assert kinds(plan) == {"a": Kind.MERGED, "b": Kind.MERGED}
    assert plan.writes()["a"] == (b"0\n2\n9\n", False)


class TestFilesOfTheUser:
    def test_untouched_they_follow_the_new_version(self, tmp_path: Path) -> None:
        old, new = [file("a", "1\n", Owner.USER)], [file("a", "2\n", Owner.USER)]
        assert planned(tmp_path, old, new).writes() == {"a": (b"2\n", False)}

    def test_edited_they_are_the_users_alone(self, tmp_path: Path) -> None:
        old, new = [file("a", "1\n", Owner.USER)], [file("a", "2\n", Owner.USER)]
        plan = planned(tmp_path, old, new, {"a": "mine\n"})
        assert (kinds(plan), plan.writes(), plan.conflicts) == ({"a": Kind.KEPT}, {}, [])

    def test_no_longer_in_the_blueprint_they_stay_if_they_were_edited(self, tmp_path: Path) -> None:
        old = [file("a", "1\n", Owner.USER), file("b", "2\n", Owner.USER)]
        plan = planned(tmp_path, old, [], {"a": "mine\n", "b": "2\n"})
        assert (kinds(plan), plan.deletes()) == ({"a": Kind.KEPT, "b": Kind.DELETED}, {"b"})

    def test_a_new_one_never_takes_the_place_of_another_file(self, tmp_path: Path) -> None:
        plan = planned(tmp_path, [], [file("a", "1\n", Owner.USER)], {"a": "mine\n"})
        assert (kinds(plan), plan.conflicts) == ({"a": Kind.KEPT}, [])

    def test_one_that_is_a_link_by_now_stays_one(self, tmp_path: Path) -> None:
        (tmp_path / "a").symlink_to("elsewhere")
        old, new = [file("a", "1\n", Owner.USER)], [file("a", "2\n", Owner.USER)]
        assert planned(tmp_path, old, new, {}) == Plan()
        assert planned(tmp_path, [file("a", "1\n")], [file("a", "2\n")], {}).conflicts

    def test_one_that_moves_takes_its_edits_along(self, tmp_path: Path) -> None:
        old, new = [file("a", "1\n", Owner.USER)], [file("b", "1\n", Owner.USER)]
        plan = planned(tmp_path, old, new, {"a": "mine\n"}, {"a": "b"})
        assert (plan.writes(), plan.deletes()) == ({"b": (b"mine\n", False)}, {"a"})

    def test_one_that_becomes_the_blueprints_keeps_its_edits(self, tmp_path: Path) -> None:
        plan = planned(
            tmp_path, [file("a", "1\n", Owner.USER)], [file("a", "2\n")], {"a": "mine\n"}
        )
        assert (plan.writes(), plan.conflicts) == ({}, [])


class TestMoves:
    def test_declared(self, tmp_path: Path) -> None:
        plan = planned(
            tmp_path,
            [file("a.yaml", "a: 1\nb: 1\n")],
            [file("b.yaml", "a: 2\nb: 1\n")],
            {"a.yaml": "a: 1\nb: 3\n"},
            {"a.yaml": "b.yaml"},
        )
        assert plan.writes() == {"b.yaml": (b"a: 2\nb: 3\n", False)}
        assert plan.deletes() == {"a.yaml"}

    def test_plain_to_see(self, tmp_path: Path) -> None:
        mine = BODY.replace("line 3\n", "mine\n")
        plan = planned(tmp_path, [file("a", BODY)], [file("b", BODY + "more\n")], {"a": mine})
        assert plan.writes() == {"b": ((mine + "more\n").encode(), False)}

    def test_one_whose_name_another_file_takes(self, tmp_path: Path) -> None:
        plan = planned(
            tmp_path,
            [file("a", BODY)],
            [file("a", "other\n"), file("b", BODY)],
            {"a": BODY + "mine\n"},
            {"a": "b"},
        )
        assert plan.conflicts == []
        assert plan.writes() == {"a": (b"other\n", False), "b": ((BODY + "mine\n").encode(), False)}
        assert plan.deletes() == set()

    def test_two_that_change_names(self, tmp_path: Path) -> None:
        plan = planned(
            tmp_path,
            [file("a", "1\n"), file("b", "2\n")],
            [file("b", "1\n"), file("a", "2\n")],
            moved={"a": "b", "b": "a"},
        )
        assert plan.writes() == {"a": (b"2\n", False), "b": (b"1\n", False)}
        assert (plan.deletes(), plan.conflicts) == (set(), [])

    def test_one_to_where_an_edited_file_stands_that_is_dropped(self, tmp_path: Path) -> None:
        old = [file("a", BODY), file("b", "1\n")]
        new, moved = [file("b", BODY)], {"a": "b"}
        assert planned(tmp_path, old, new, moved=moved).writes() == {"b": (BODY.encode(), False)}
        plan = planned(tmp_path, old, new, {"a": BODY, "b": "mine\n"}, moved)
        assert [one.path for one in plan.conflicts] == ["b"]
        assert (plan.writes(), plan.deletes()) == ({}, set())

    def test_one_that_cannot_move_is_not_written_over(self, tmp_path: Path) -> None:
        user = {"a": BODY + "mine\n", "b": "mine\n"}
        new = [file("a", "other\n"), file("b", BODY)]
        plan = planned(tmp_path, [file("a", BODY)], new, user, {"a": "b"})
        assert [one.path for one in plan.conflicts] == ["a", "b"]
        assert (plan.writes(), plan.deletes()) == ({}, set())

    def test_one_that_the_user_renamed_as_the_new_version_does(self, tmp_path: Path) -> None:
        plan = planned(
            tmp_path,
            [file("a", BODY)],
            [file("b", BODY + "more\n")],
            {"b": BODY.replace("line 3\n", "mine\n")},
            {"a": "b"},
        )
        assert plan.conflicts == []
        assert plan.writes() == {
            "b": ((BODY + "more\n").replace("line 3\n", "mine\n").encode(), False)
        }

    def test_one_that_the_user_deleted_stays_deleted(self, tmp_path: Path) -> None:
        plan = planned(tmp_path, [file("a", "1\n")], [file("b", "1\n")], {}, {"a": "b"})
        assert (kinds(plan), plan.writes()) == ({"b": Kind.KEPT}, {})

    def test_one_that_the_user_renamed_and_the_new_version_drops_is_theirs(
        self, tmp_path: Path
    ) -> None:
        plan = planned(tmp_path, [file("a", BODY)], [], {"mine": BODY})
        assert (kinds(plan), plan.deletes()) == ({"mine": Kind.KEPT}, set())


class TestExecutable:
    def test_the_side_that_changed_it_wins(self, tmp_path: Path) -> None:
        plan = planned(tmp_path, [file("a", "1\n")], [file("a", "1\n", executable=True)])
        assert plan.writes() == {"a": (b"1\n", True)}
        (tmp_path / "a").chmod(0o755)
        other = planned(tmp_path, [file("a", "1\n")], [file("a", "2\n")])
        assert other.writes() == {"a": (b"2\n", True)}


class TestPlaces:
    def test_a_folder_that_becomes_a_file_and_back(self, tmp_path: Path) -> None:
        old = [file("a/b", "1\n"), file("c", "2\n")]
        plan = planned(tmp_path, old, [file("a", "3\n"), file("c/d", "4\n")])
        assert plan.conflicts == []
        assert plan.deletes() == {"a/b", "c"}

    def test_not_where_the_user_has_more_in_it(self, tmp_path: Path) -> None:
        user = {"a/b": "1\n", "a/mine": "x\n"}
        plan = planned(tmp_path, [file("a/b", "1\n")], [file("a", "3\n")], user)
        assert [one.path for one in plan.conflicts] == ["a"]


def test_records_are_written_and_deleted_without_asking(tmp_path: Path) -> None:
    for name in ("lock", "old"):
        (tmp_path / name).write_text("edited\n")
    plan = records(Folder(tmp_path), [file("lock", "1\n"), file("new", "2\n")], ["lock", "old"])
    assert plan.writes() == {"lock": (b"1\n", False), "new": (b"2\n", False)}
    assert plan.deletes() == {"old"}
