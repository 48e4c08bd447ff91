import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.custody.hcl import MOST_BYTES, PolicyError, Read, read

TWO = b"""\
# A comment, // and another
path "a/data/*" {
  capabilities = ["read", "list",]
}

/* several
   lines */ path "b" { capabilities = ["deny"] }
"""


def test_reads_paths_capabilities_and_lines() -> None:
    assert read(TWO) == (Read("a/data/*", ("read", "list"), 2), Read("b", ("deny",), 7))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"", 1, "allows nothing"),
        (b'\npath "a" { policy = "write" }', 2, "capabilities is expected"),
        (
            b'path "a" { capabilities = ["read"] }\npath "a" { capabilities = ["read"] }',
            2,
            "second",
        ),
        (b'path "a" { capabilities = ["read" "list"] }', 1, ", is expected"),
        (b'path "a" { capabilities = ["read"]', 1, "the end is there"),
        (b'path "a\\n" { capabilities = ["read"] }', 1, "is not understood"),
        (b"path a {}", 1, "text is expected"),
        (b'\n\npath "\xff" {}', 3, "is not UTF-8"),
        (b" " * (MOST_BYTES + 1), 1, "is larger than"),
    ],
)
def test_refuses_what_it_does_not_understand(text: bytes, line: int, words: str) -> None:
    with pytest.raises(PolicyError, match=words) as raised:
        read(text)
    assert raised.value.line == line


@given(st.binary(max_size=200))
def test_any_text_is_read_or_refused(text: bytes) -> None:
    lines = []
    try:
        lines = [one.line for one in read(text)]
    except PolicyError as error:
        lines = [error.line]
    assert lines
    assert all(1 <= line <= text.count(b"\n") + 1 for line in lines)
