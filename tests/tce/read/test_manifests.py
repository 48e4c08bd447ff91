import pytest

from tce.read.manifests import Manifest, manifests, read
from tce.space.errors import NotModelledError


def only(text: str) -> Manifest:
    (found,) = read(text.encode(), "a.yaml")
    return found


def test_documents_know_their_lines() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: c\n"
    found = only(text)
    assert (found.kind, found.group, found.name, found.namespace) == ("Pod", "", "a", "default")
    assert found.line("spec", "containers", 0, "name") == 7
    assert found.line("spec", "volumes", 3) == 5
    assert str(found.refuse("x", "metadata")) == "a.yaml:3: Pod a: x: not modelled"


def test_lists_hold_documents() -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n"
        "  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: b}}\n"
        "  - {apiVersion: v1, kind: Service}\n"
    )
    found = list(read(text.encode(), "live"))
    assert [(one.kind, one.group, one.name, one.line()) for one in found] == [
        ("Deployment", "apps", "a", 4),
        ("Service", "", "", 5),
    ]


def test_what_is_no_document_is_left_out() -> None:
    source = {
        "a.yaml": b"a: 1\n",
        "b.txt": b"apiVersion: v1\nkind: Pod\n",
        "ansible/c.yaml": b"apiVersion: v1\nkind: Pod\n",
        "d.yaml": b"apiVersion: v1\nkind: Pod\n---\n- 1\n",
    }
    assert [one.file for one in manifests(source)] == ["d.yaml"]


def test_dates_are_text_and_keys_are_words() -> None:
    found = only("apiVersion: v1\nkind: A\non: 2026-11-22\n")
    assert found.data["on"] == "2026-11-22"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("apiVersion: v1\nkind: A\na: &x 1\nb: *x\n", "an alias: write it out"),
        ("apiVersion: v1\nkind: A\nkind: B\n", "a.yaml:3: kind stands twice"),
        ("apiVersion: v1\nkind: !!python/name:os.system x\n", "a.yaml:2: the tag"),
        ("apiVersion: v1\nkind: A\n? [a]\n: 1\n", "a key that is no text"),
        ("apiVersion: [\n", "a.yaml:"),
        ("apiVersion: v1\nkind: " + "[" * 3000 + "\n", "a.yaml:"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(text: str, words: str) -> None:
    with pytest.raises(NotModelledError, match=r"^a\.yaml:\d+: ") as caught:
        list(read(text.encode(), "a.yaml"))
    assert words in str(caught.value)


def test_other_bytes_than_utf_8_are_refused() -> None:
    with pytest.raises(NotModelledError, match=r"a\.yaml:2: is no UTF-8 text"):
        list(read(b"apiVersion: v1\nkind: \xff\n", "a.yaml"))
