"""Header stores in a real OpenBao."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tce.keys.bao import kv
from tce.keys.bao.errors import BaoError, DeniedError, MissingError, SealedError, TokenError
from tce.seal.headers.bao import BaoStore
from tce.seal.headers.entry import tag
from tce.seal.headers.errors import ConflictError, DamagedError, DestroyedError
from tce.seal.headers.store import Change, Refused
from tests.labs.openbao import OpenBao
from tests.tce.seal.headers.stores import record

NAME = record().name
PATH = f"objects/{tag(NAME)}"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_the_older_version_is_removed_by_the_write_of_the_newer(bao: OpenBao) -> None:
    mount = bao.kv()
    store = BaoStore(bao.root, mount)
    store.put(record(), None)
    store.put(record(version=2), 1)
    assert kv.versions(bao.root, mount, PATH) == [2]
    with pytest.raises(MissingError):
        kv.get(bao.root, mount, PATH, 1)


def test_destroying_leaves_no_version_that_has_a_header(bao: OpenBao) -> None:
    mount = bao.kv()
    store = BaoStore(bao.root, mount)
    store.put(record(), None)
    # As if somebody had let it keep more.
    bao.root.write(f"{mount}/metadata/{PATH}", {"max_versions": 5})
    store.put(record(version=2), 1)
    assert kv.versions(bao.root, mount, PATH) == [1, 2]
    assert store.left(record()) == [f"bao://{mount}/{PATH} version 1"]
    store.destroy([NAME], NOW, "0" * 64)
    left = kv.versions(bao.root, mount, PATH)
    assert len(left) == 1
    assert store.left(record()) == []
    assert "header" not in json.loads(kv.get(bao.root, mount, PATH).data["entry"])


def test_writes_that_do_not_say_what_they_replace_are_refused_by_openbao(bao: OpenBao) -> None:
    mount = bao.kv()
    BaoStore(bao.root, mount).put(record(), None)
    with pytest.raises(BaoError, match=r"wrote it first|check-and-set"):
        kv.put(bao.root, mount, PATH, {"entry": "mine"}, after=None)


def test_of_many_who_put_the_same_version_one_does(bao: OpenBao) -> None:
    mount = bao.kv()
    BaoStore(bao.root, mount).put(record(), None)
    stores = [BaoStore(bao.root, mount) for _ in range(6)]
    for one in stores:
        one.current(NAME)

    def put(number: int) -> bool:
        try:
            stores[number].put(record(version=2, body=f"{number:026d}"), 1)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(put, range(6)))
    assert sum(done) == 1
    assert int(BaoStore(bao.root, mount).current(NAME).id) == done.index(True)


def test_what_somebody_else_wrote_there_is_noticed(bao: OpenBao) -> None:
    mount = bao.kv()
    kv.put(bao.root, mount, PATH, {"something": "else"}, after=0)
    with pytest.raises(DamagedError, match=f"bao://{mount}"):
        BaoStore(bao.root, mount).current(NAME)
    with pytest.raises(DamagedError):
        list(BaoStore(bao.root, mount).entries())
    damaged: list[Refused] = []
    assert list(BaoStore(bao.root, mount).entries(damaged)) == []
    assert [one.name for one in damaged] == [f"bao://{mount}/{PATH}"]


def _sender(bao: OpenBao, mount: str) -> BaoStore:
    """As the policy of whoever seals allows it."""
    rights = {
        f"{mount}/data/objects/*": ["create", "read", "update"],
        f"{mount}/metadata/objects/*": ["create", "read", "list"],
        f"{mount}/data/ids/*": ["create", "read"],
        f"{mount}/metadata/ids/*": ["delete"],
    }
    return BaoStore(bao.connect(bao.login(rights)), mount)


def test_whoever_seals_needs_no_more_than_to_add_and_replace(bao: OpenBao) -> None:
    store = _sender(bao, bao.kv())
    store.put(record(), None)
    store.put(record(version=2), 1)
    store.put(record(version=3, body="z" * 26), 2)
    assert list(store.entries()) == [record(version=3, body="z" * 26)]


def test_a_first_put_that_was_cut_off_is_made_again(bao: OpenBao) -> None:
    mount = bao.kv()
    bao.root.write(f"{mount}/metadata/{PATH}", {"max_versions": 1, "cas_required": True})
    kv.put(bao.root, mount, f"ids/{record().id}", {"tag": tag(NAME)}, after=0)
    store = _sender(bao, mount)
    store.put(record(), None)
    assert store.current(record().id) == record()


def test_an_entry_that_keeps_old_headers_is_not_written_by_whoever_cannot_mend_it(
    bao: OpenBao,
) -> None:
    mount = bao.kv()
    bao.root.write(f"{mount}/metadata/{PATH}", {"max_versions": 9})
    with pytest.raises(DeniedError):
        _sender(bao, mount).put(record(), None)


def test_whoever_may_only_read_changes_nothing(bao: OpenBao) -> None:
    mount = bao.kv()
    BaoStore(bao.root, mount).put(record(), None)
    token = bao.login({f"{mount}/data/*": ["read"], f"{mount}/metadata/*": ["list"]})
    store = BaoStore(bao.connect(token), mount)
    assert store.names() == [NAME]
    with pytest.raises(DeniedError, match="no policy of this token allows it"):
        store.put(record(version=2), 1)
    with pytest.raises(DeniedError):
        store.destroy([NAME], NOW, "0" * 64)
    assert store.current(NAME) == record()


def test_a_token_that_ends_half_way_leaves_every_object_whole(bao: OpenBao) -> None:
    mount = bao.kv()
    names = [f"o{number}" for number in range(12)]
    BaoStore(bao.root, mount).put_all([Change(record(name), None) for name in names])
    token = bao.login({f"{mount}/*": ["create", "read", "update", "list", "delete"]})
    store = BaoStore(bao.connect(token), mount)
    before = [store.current(name) for name in names]

    def changes() -> Iterator[Change]:
        for number, one in enumerate(before):
            if number == 5:
                bao.root.write("auth/token/revoke", {"token": token.text()})
            yield Change(record(one.name, 2), 1)

    with pytest.raises(TokenError):
        store.put_all(changes())
    left = {one.name: one for one in BaoStore(bao.root, mount).entries()}
    assert set(left) == set(names)
    assert all(left[name] in (record(name), record(name, 2)) for name in names)


def test_a_sealed_server_is_said_to_be_and_forgets_nothing(bao: OpenBao) -> None:
    mount = bao.kv()
    store = BaoStore(bao.root, mount)
    store.put_all([Change(record(name), None) for name in ("a", "b")])
    store.destroy(["b"], NOW, "0" * 64)
    with bao.sealed(), pytest.raises(SealedError):
        store.current("a")
    assert BaoStore(bao.root, mount).current("a") == record("a")
    with pytest.raises(DestroyedError):
        BaoStore(bao.root, mount).current("b")
