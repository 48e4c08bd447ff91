"""Which item is which."""

import pytest

from blueprints.update.identity import identities
from blueprints.update.yaml_parser import parse
from blueprints.update.yaml_tree import Value


def items(*texts: str) -> list[Value]:
    return [parse(text).documents[0].node.says for text in texts]


def test_items_are_known_by_the_first_field_that_all_have_and_none_shares() -> None:
    one = items("name: a\nport: 1\n", "name: b\nport: 2\n")
    other = items("name: b\nport: 5\n")
    names = identities(one, other)
    assert names is not None
    assert names[0][1] == names[1][0]
    assert names[0][0] != names[1][0]


def test_a_name_that_comes_twice_is_none() -> None:
    found = identities(items("name: a\nmountPath: /x\n", "name: a\nmountPath: /y\n"), [])
    assert found is not None
    assert len(set(found[0])) == 2


def test_manifests_are_known_by_kind_name_and_namespace() -> None:
    text = "apiVersion: v1\nkind: {}\nmetadata:\n  name: a\n  namespace: {}\n"
    found = identities(items(*(text.format(*one) for one in (("A", "x"), ("A", "y"), ("B", "x")))))
    assert found is not None
    assert len(set(found[0])) == 3


@pytest.mark.parametrize("text", ["- a\n", "- {x: 1}\n", "- - name: a\n", "- name: [a]\n"])
def test_what_has_no_name_has_no_identity(text: str) -> None:
    document = parse(text).documents[0].node.says
    inner = [part for part in document[3:] if isinstance(part, tuple)]
    assert identities(inner) is None


def test_nothing_has_none() -> None:
    assert identities([], []) is None


def test_quotes_make_no_other_name() -> None:
    found = identities(items('name: "abc"\n'), items("name: abc\n"), items("{name: abc}\n"))
    assert found is not None
    assert found[0] == found[1] == found[2]
