import pytest

from tce.keys.bao.change import differing, fields
from tests.labs.openbao import OpenBao


@pytest.mark.parametrize(
    ("wanted", "found", "wrong"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": 1}, {}, ["a"]),
        ({"a": 0, "b": "", "c": False, "d": []}, {}, []),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, []),
        ({"a": ["x"]}, {"a": ["x", "y"]}, ["a"]),
        ({"a": []}, {"a": None}, []),
        ({"a": True}, {"a": False}, ["a"]),
        ({"a": "x"}, {"a": "y"}, ["a"]),
    ],
)
def test_fields_are_compared_by_what_they_mean(
    wanted: dict[str, str | int | bool | list[str]], found: dict[str, object], wrong: list[str]
) -> None:
    assert differing(wanted, found) == wrong


def test_what_is_missing_or_wrong_is_written_and_then_right(bao: OpenBao) -> None:
    mount = bao.unique("login")
    bao.root.write(f"sys/auth/{mount}", {"type": "approle"})
    path = f"auth/{mount}/role/a"
    wanted: dict[str, str | int | bool | list[str]] = {
        "token_ttl": 60,
        "token_policies": ["b", "a"],
    }
    (missing,) = fields(bao.root, "login a", path, wanted)
    assert (missing.state, missing.detail) == ("missing", "")
    assert missing.do is not None
    missing.do()
    assert list(fields(bao.root, "login a", path, wanted)) == []
    (differs,) = fields(bao.root, "login a", path, {**wanted, "token_ttl": 120})
    assert (differs.state, differs.detail) == ("differs", "token_ttl")
