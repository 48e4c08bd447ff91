from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tce.visibility.fields import fields

OBJECT = b"""\
# what it is for
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
data:
  a: text
  b: [1, two]
  empty: {}
"""


def test_each_value_is_a_field_with_its_path_and_line() -> None:
    found = {(one.name, one.line, one.value) for one in fields("k8s/one.yaml", OBJECT)}
    assert ("ConfigMap one: data.a", 7, "text") in found
    assert ("ConfigMap one: data.b.1", 8, "two") in found
    assert ("ConfigMap one: data.empty", 9, None) in found
    assert ("comment", 1, "# what it is for") in found
    assert len(found) == 8


def test_other_files_are_fields_by_line() -> None:
    found = list(fields("network/perimeter/tce.nft", b"# why\n\ntable inet tce {\n"))
    assert [(one.name, one.line) for one in found] == [("comment", 1), ("line", 3)]


def test_yaml_that_cannot_be_read_is_judged_by_line() -> None:
    found = list(fields("k8s/one.yaml", b"a: [\nb: secret\n"))
    assert [(one.name, one.value) for one in found] == [("line", "a: ["), ("line", "b: secret")]


def test_a_field_shows_nothing_of_its_value() -> None:
    assert "text" not in repr(next(one for one in fields("a.yaml", b"key: some text")))


@given(st.binary(max_size=300), st.sampled_from(["a.yaml", "a.json", "a.toml", "a.md", "a.nft"]))
def test_no_bytes_make_it_fail(data: bytes, name: str) -> None:
    list(fields(name, data))


@given(st.text(alphabet="abc: -[]{}#\n'\"\\", max_size=200))
def test_no_text_is_lost_that_a_line_has(words: str) -> None:
    found = list(fields("network/perimeter/tce.nft", words.encode()))
    assert len(found) == sum(1 for line in words.splitlines() if line.strip())
