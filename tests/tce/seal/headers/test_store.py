"""What every header store does: one suite for all of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from tce.seal.headers.errors import ConflictError, DestroyedError, HeadersError, MissingError
from tce.seal.headers.store import Change, Destroyed, Entry, HeaderStore, above, follows, mark
from tests.tce.seal.headers.stores import Make, body_of, maker, record

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ORDER = "ab" * 32
NAME = "genomes/a.bam"


@pytest.fixture(params=["folder", "openbao"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    return maker(request, tmp_path)


@pytest.fixture
def store(make: Make) -> HeaderStore:
    return make()


def test_gives_back_what_was_put(store: HeaderStore, make: Make) -> None:
    store.put(record(), None)
    assert store.current(NAME) == record()
    assert make().current(NAME) == record()


def test_finds_a_record_by_the_id_of_its_body(store: HeaderStore) -> None:
    store.put(record(), None)
    assert store.current(body_of(NAME)) == record()


def test_names_what_it_does_not_have(store: HeaderStore) -> None:
    with pytest.raises(MissingError, match="no header of genomes"):
        store.current(NAME)
    with pytest.raises(MissingError):
        store.current(body_of(NAME))
    assert store.latest(NAME) is None


def test_the_newer_version_counts_and_the_older_is_gone(store: HeaderStore, make: Make) -> None:
    store.put(record(), None)
    store.put(record(version=2), 1)
    assert make().current(NAME) == record(version=2)
    assert store.latest(NAME) == 2


def test_a_version_that_somebody_else_replaced_is_not_replaced_again(
    store: HeaderStore, make: Make
) -> None:
    other = make()
    store.put(record(), None)
    other.current(NAME)
    store.put(record(version=2), 1)
    with pytest.raises(ConflictError):
        other.put(record(version=3), 1)
    with pytest.raises(ConflictError):
        other.put(record(), None)
    assert store.current(NAME) == record(version=2)


def test_versions_only_grow(store: HeaderStore) -> None:
    store.put(record(version=7), None)
    for version in (6, 7):
        with pytest.raises(ConflictError, match="not above version 7"):
            store.put(record(version=version), 7)
    assert store.current(NAME) == record(version=7)


def test_one_that_is_refused_does_not_stop_the_others(store: HeaderStore) -> None:
    store.put(record("b"), None)
    refused = store.put_all([Change(record(name, 1), None) for name in ("a", "b", "c")])
    assert [one.name for one in refused] == ["b"]
    assert isinstance(refused[0].error, ConflictError)
    assert store.names() == ["a", "b", "c"]


def test_any_text_is_a_name(store: HeaderStore) -> None:
    names = ["..", "a/../../etc/passwd", "ß œ 文", "a\nb", " ", body_of("x"), "n" * 1024]
    assert store.put_all([Change(record(name), None) for name in names]) == []
    assert store.names() == sorted(names)
    assert [store.current(name).name for name in names] == names


def test_an_object_that_is_sealed_anew_has_another_body(store: HeaderStore) -> None:
    store.put(record(), None)
    store.put(record(version=2, body="z" * 26), 1)
    assert store.current("z" * 26).version == 2
    with pytest.raises(MissingError):
        store.current(body_of(NAME))


def test_the_body_of_another_object_is_not_taken(store: HeaderStore) -> None:
    store.put(record("a"), None)
    with pytest.raises(ExpectedError):
        store.put(record("b", body=body_of("a")), None)
    assert store.current(body_of("a")) == record("a")
    assert store.names() == ["a"]


def test_what_was_destroyed_is_known_as_destroyed(store: HeaderStore, make: Make) -> None:
    store.put(record(version=3), None)
    done = store.destroy([NAME], NOW, ORDER)
    assert done == [Destroyed(NAME, body_of(NAME), 3, "2026-05-04T12:00:00+00:00", ORDER)]
    for name in (NAME, body_of(NAME)):
        with pytest.raises(DestroyedError, match="shredded at 2026-05-04"):
            make().current(name)
    assert store.names() == []
    assert list(store.entries()) == done
    assert store.latest(NAME) == 3


def test_what_there_is_of_an_object_is_found_destroyed_or_not(store: HeaderStore) -> None:
    store.put(record("a"), None)
    store.put(record("b"), None)
    gone = store.destroy(["b"], NOW, ORDER)[0]
    for name, found in (("a", record("a")), ("b", gone)):
        assert store.find(name) == found
        assert store.find(body_of(name)) == found
    assert store.find("c") is None


def test_knows_where_a_header_still_lies(store: HeaderStore) -> None:
    store.put(record(), None)
    assert len(store.left(record())) == 1
    store.put(record(version=2), 1)
    assert store.left(record()) == []
    assert len(store.left(record(version=2))) == 1
    store.destroy([NAME], NOW, ORDER)
    assert store.left(record(version=2)) == []


def test_nothing_is_destroyed_where_one_is_missing(store: HeaderStore) -> None:
    store.put(record("a"), None)
    with pytest.raises(MissingError):
        store.destroy(["a", "b"], NOW, ORDER)
    assert store.names() == ["a"]


def test_an_object_that_is_destroyed_twice_is_said_to_be(store: HeaderStore) -> None:
    store.put(record(), None)
    store.destroy([NAME], NOW, ORDER)
    with pytest.raises(DestroyedError):
        store.destroy([NAME], NOW, ORDER)


def test_the_name_of_a_destroyed_object_goes_on_above_its_version(store: HeaderStore) -> None:
    store.put(record(version=3), None)
    store.destroy([NAME], NOW, ORDER)
    with pytest.raises(ConflictError):
        store.put(record(version=4), None)
    with pytest.raises(ConflictError):
        store.put(record(version=3), 3)
    store.put(record(version=4), 3)
    assert store.current(NAME) == record(version=4)


def test_adopts_what_is_newer_and_never_goes_back(store: HeaderStore) -> None:
    store.put_all([Change(record("old", 2), None), Change(record("new", 5), None)])
    store.put(record("shredded", 2), None)
    gone = store.destroy(["shredded"], NOW, ORDER)[0]
    refused = store.adopt(
        [record("old", 3), record("new", 4), record("absent", 1), record("shredded", 2)]
    )
    assert sorted(one.name for one in refused) == ["new", "shredded"]
    found = {one.name: one for one in store.entries()}
    assert found == {
        "old": record("old", 3),
        "new": record("new", 5),
        "absent": record("absent", 1),
        "shredded": gone,
    }


def test_adopting_twice_changes_nothing(store: HeaderStore) -> None:
    store.put(record("a"), None)
    entries: list[Entry] = [record("a"), mark(record("b", 4), NOW, ORDER)]
    assert store.adopt(entries) == []
    assert store.adopt(entries) == []
    assert sorted(store.entries(), key=lambda one: one.name) == entries


def test_a_destroyed_object_of_a_backup_destroys_it_here(store: HeaderStore) -> None:
    store.put(record(version=2), None)
    assert store.adopt([mark(record(version=2), NOW, ORDER)]) == []
    with pytest.raises(DestroyedError):
        store.current(NAME)


def test_headers_are_not_shown() -> None:
    assert "header" not in repr(record())
    assert "said" not in repr(record())


def test_rules_of_versions_are_the_same_for_all_stores() -> None:
    assert follows(None, record(), None)
    assert follows(record(), record(version=2), 1)
    assert above(None, record())
    assert not above(record(), record())
    with pytest.raises(ConflictError, match="nothing was expected"):
        follows(record(), record(version=2), None)
    with pytest.raises(ConflictError, match="the store has nothing"):
        follows(None, record(), 1)
    with pytest.raises(HeadersError, match="not above version 2"):
        above(record(version=2), record())
