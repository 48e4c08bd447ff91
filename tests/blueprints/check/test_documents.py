from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from blueprints.check.documents import Yaml, at, items, mapping, objects_of, text, walk
from tests.blueprints.check.places import repository

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["spec", "items", "kind"]), inner, max_size=3)
    ),
    max_leaves=8,
)
PATHS = st.lists(st.sampled_from(["spec", "items", "kind", 0, 1, -1, 99]), max_size=4)


@given(ANY, PATHS)
def test_looking_into_a_value_never_fails(value: object, path: list[str | int]) -> None:
    found = at(value, *path)
    assert mapping(value, *path) == (found if isinstance(found, dict) else {})
    assert items(value, *path) == (found if isinstance(found, list) else [])
    assert text(value, *path) == (found if isinstance(found, str) else "")


@given(ANY)
def test_every_value_is_walked_with_its_path(value: object) -> None:
    seen = list(walk(value))
    assert seen[0] == ((), value)
    assert all(at(value, *path) is one for path, one in seen)
    assert len({path for path, _ in seen}) == len(seen)


@given(ANY)
def test_any_value_may_be_looked_at_for_objects(value: object) -> None:
    for one in objects_of(Yaml("a.yaml", {"apiVersion": "v1", "kind": "A", "metadata": value})):
        assert one.key == ("", "A", one.namespace, one.name)
        assert isinstance(one.labels, dict)
        assert isinstance(one.annotations, dict)
        assert isinstance(one.spec, dict)


def test_an_object_says_what_it_is(tmp_path: Path) -> None:
    repo = repository(
        tmp_path,
        {
            "a.yaml": "# remark\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"
            "  namespace: shop\n  labels: {app: web}\nspec:\n  replicas: 2\n"
        },
    )
    (one,) = repo.objects
    assert one.key == ("apps", "Deployment", "shop", "web")
    assert (one.api_version, one.version, one.labels) == ("apps/v1", "v1", {"app": "web"})
    assert str(one) == "Deployment shop/web"
    assert one.line == 2
    assert one.line_of("spec", "replicas") == 9
    assert one.line_of("spec", "strategy", "type") == 8
    assert one.line_of() == 2


def test_what_has_no_api_version_or_kind_is_no_object(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a.yaml": "kind: A\n---\napiVersion: v1\n---\n- kind: A\n---\n"})
    assert repo.objects == ()
    assert len(repo.yaml("a.yaml")) == 4


def test_lists_are_opened_and_keep_their_lines(tmp_path: Path) -> None:
    content = """\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMapList
    items:
      - apiVersion: v1
        kind: ConfigMap
        metadata: {name: deep}
  - apiVersion: v1
    kind: Secret
    metadata:
      name: flat
  - no object
"""
    repo = repository(tmp_path, {"a.yaml": content})
    assert [(one.name, one.line) for one in repo.objects] == [("deep", 7), ("flat", 10)]
    assert repo.objects[1].line_of("metadata", "name") == 13


def test_two_objects_are_the_same_only_as_the_same_document(tmp_path: Path) -> None:
    same = "apiVersion: v1\nkind: A\nmetadata: {name: a}\n"
    repo = repository(tmp_path, {"a.yaml": same, "b.yaml": same})
    first, second = repo.objects
    assert first != second
    assert first.key == second.key
    assert len({first, second}) == 2
