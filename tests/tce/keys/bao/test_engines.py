from collections.abc import Iterator

import pytest

from tce.custody.custody import Custody
from tce.keys.bao import kv, transit
from tce.keys.bao.change import Change
from tce.keys.bao.engines import changes
from tce.keys.bao.errors import GoneKeyError
from tests.labs.openbao import OpenBao
from tests.tce.custody.test_custody import EMPTY


def declared(name: str, **more: object) -> Custody:
    return Custody.model_validate(
        {
            **EMPTY,
            "engines": [
                {"path": f"{name}-transit", "type": "transit", "what": "keys"},
                {"path": f"{name}-kv", "type": "kv", "what": "values"},
            ],
            "keys": [
                {
                    "engine": f"{name}-transit",
                    "name": "a",
                    "type": "aes256-gcm96",
                    "rotate_hours": 2160,
                    "what": "a key",
                }
            ],
            **more,
        }
    )


def right(found: Iterator[Change]) -> list[tuple[str, str, str]]:
    said = list(found)
    for one in said:
        if one.do is not None:
            one.do()
    return [(one.what, one.state, one.detail) for one in said]


@pytest.fixture
def name(bao: OpenBao) -> str:
    return bao.unique("eng")


def test_engines_and_keys_are_made_and_can_be_used_at_once(bao: OpenBao, name: str) -> None:
    custody = declared(name)
    assert [state for _, state, _ in right(changes(custody, bao.root))] == ["missing"] * 3
    assert kv.put(bao.root, f"{name}-kv", "a", {}, after=0) == 1
    key = transit.state(bao.root, f"{name}-transit", "a")
    assert (key.rotate_seconds, key.exportable) == (2160 * 3600, False)
    assert right(changes(custody, bao.root)) == []


def test_a_mistyped_name_makes_no_key(bao: OpenBao, name: str) -> None:
    right(changes(declared(name), bao.root))
    path = f"{name}-transit/encrypt/mistyped"
    with pytest.raises(GoneKeyError):
        bao.root.write(path, {"plaintext": "YQ=="})


def test_what_was_changed_by_hand_is_set_right(bao: OpenBao, name: str) -> None:
    custody = declared(name)
    right(changes(custody, bao.root))
    bao.root.write(f"{name}-transit/config/keys", {"disable_upsert": False})
    bao.root.write(f"{name}-transit/keys/a/config", {"deletion_allowed": True})
    bao.root.write(f"sys/mounts/{name}-kv/tune", {"description": "other"})
    assert right(changes(custody, bao.root)) == [
        (f"rules of {name}-transit", "differs", "disable_upsert"),
        (f"engine {name}-kv", "differs", "description"),
        (f"key {name}-transit/keys/a", "differs", "deletion_allowed"),
    ]
    assert right(changes(custody, bao.root)) == []


def test_an_engine_of_another_kind_stays_and_is_refused(bao: OpenBao, name: str) -> None:
    bao.root.write(f"sys/mounts/{name}-transit", {"type": "kv", "options": {"version": "2"}})
    bao.root.write(f"sys/mounts/{name}-kv", {"type": "kv", "options": {"version": "1"}})
    found = list(changes(declared(name, keys=[]), bao.root))
    assert [(one.state, one.do) for one in found] == [("refused", None)] * 2
    assert "version 1" in found[1].detail


def test_a_key_that_can_be_taken_out_is_refused(bao: OpenBao, name: str) -> None:
    right(changes(declared(name, keys=[]), bao.root))
    bao.root.write(f"{name}-transit/keys/a", {"type": "aes256-gcm96", "exportable": True})
    (found,) = changes(declared(name), bao.root)
    assert (found.state, found.do) == ("refused", None)
    assert "can be taken out" in found.detail


def test_a_key_of_another_type_is_refused(bao: OpenBao, name: str) -> None:
    right(changes(declared(name, keys=[]), bao.root))
    transit.make(bao.root, f"{name}-transit", "a", "ed25519")
    (found,) = changes(declared(name), bao.root)
    assert (found.state, found.detail) == ("refused", "it is of type ed25519, not aes256-gcm96")


def test_an_authority_without_a_certificate_is_left_to_people(bao: OpenBao, name: str) -> None:
    pki = [{"path": f"{name}-pki", "type": "pki", "what": "certificates"}]
    custody = declared(name, keys=[], engines=pki)
    right(changes(custody, bao.root))
    assert [(one.what, one.state) for one in changes(custody, bao.root)] == [
        (f"authority of {name}-pki", "left")
    ]
