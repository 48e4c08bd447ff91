import pytest

from tce.check.inner import inner


def test_yaml_and_json_in_text_are_read() -> None:
    assert inner("a: {b: 1}") == {"a": {"b": 1}}
    assert inner('{"vlan": 412}') == {"vlan": 412}


@pytest.mark.parametrize("text", [None, 3, ["a"], "a: [", "!!python/name:os.system x", "[" * 3000])
def test_what_is_no_plain_text_holds_nothing(text: object) -> None:
    assert inner(text) is None
