import pytest

from blueprints.engine.blueprint import Field, File, Owner
from blueprints.promote.fields import compare, read

ALLOWED = (Field("v.yaml", ("parts", "*")),)


def differences(path: str, before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    found = compare({path: before}, [File(path, after)], ALLOWED)
    return [str(one) for one in found.allowed], [str(one) for one in found.outside]


@pytest.mark.parametrize(
    ("path", "before", "after", "allowed", "outside"),
    [
        ("v.yaml", b"parts: {a: 1}\n", b"parts: {a: 2}\n", ["v.yaml: parts.a"], []),
        ("v.yaml", b"parts: {a: 1}\n", b"parts: {a: 1, b: 2}\n", ["v.yaml: parts.b"], []),
        ("v.yaml", b"parts: {a: 1}\n", b'parts: {a: "1"}\n', ["v.yaml: parts.a"], []),
        (
            "v.yaml",
            b"parts: {a: 1}\n",
            b"parts: {a: {b: 1}}\n",
            ["v.yaml: parts.a"],
            ["v.yaml: parts.a.b"],
        ),
        ("v.yaml", b"parts: {a: 1}\n", b"parts: {a: 1} # x\n", [], ["v.yaml"]),
        ("v.yaml", b"a: 1\n", b"a: 2\n", [], ["v.yaml: a"]),
        ("v.yaml", b"a: [1, 2]\n", b"a: [1]\n", [], ["v.yaml: a.1"]),
        ("v.yaml", b"a: 1\n---\nb: 1\n", b"a: 1\n---\nb: 2\n", [], ["v.yaml: 1.b"]),
        ("v.yaml", b"a: 1\n", b"a: [\n", [], ["v.yaml"]),
        ("w.yaml", b"parts: {a: 1}\n", b"parts: {a: 2}\n", [], ["w.yaml: parts.a"]),
        ("v.json", b'{"a": [1, {"b": null}]}', b'{"a": [1, {"b": false}]}', [], ["v.json: a.1.b"]),
        ("README.md", b"1\n", b"2\n", [], ["README.md"]),
    ],
)
def test_two_versions_of_a_file_differ_in_these_fields(
    path: str, before: bytes, after: bytes, allowed: list[str], outside: list[str]
) -> None:
    assert differences(path, before, after) == (allowed, outside)


def test_hcl_is_read_as_fields_too() -> None:
    before, after = b'locals {\n  a = "1"\n}\n', b'locals {\n  a = "2"\n}\n'
    allowed, (outside,) = differences("main.tf", before, after)
    assert allowed == []
    assert outside.startswith("main.tf: locals")
    assert outside.endswith("a")


def test_files_that_come_or_go_are_outside() -> None:
    found = compare({"a": b"1"}, [File("b", b"1")], ALLOWED)
    assert [one.file for one in found.outside] == ["a", "b"]


def test_files_of_the_user_are_nobodys_business() -> None:
    found = compare({}, [File("a", b"1", Owner.USER)], ALLOWED)
    assert (found.files, found.outside) == (0, ())


def test_what_is_no_yaml_is_not_read() -> None:
    assert read("a.yaml", b"a: [") is None
    assert read("a.txt", b"a") is None
