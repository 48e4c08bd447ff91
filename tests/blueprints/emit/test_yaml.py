import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from blueprints.emit.text import UnwritableError
from blueprints.emit.yaml import yaml_text
from blueprints.yamltext import load

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
)
BARE_OR_NOT = (
    "on yes no y N off true Null ~ 1e3 1E3 0o7 012 1:30 1_000 0x1F 0b1 .5 -.inf .nan 2026-01-01",
    "2026-01-01T00:00:00Z = << - -- --- ... ? : :a a: # a#b !t &a *a {{ }} ${x} %{x} | > ' \" {a}",
    "[a] @a `a` , 10Gi 100m 1.31 v1 +1 -1 e3 1e 0 00 1d 1E NaN INF -inf --a=b -a ---a a,b (a) -y",
)
LINES = (
    *("", " ", "\n", " a", "a ", "a: b", "a #b", "a :b", "a\nb", "a\n", "a\n\n", "\na", "a \nb"),
    *("\ta\nb", "a\n\tb\n", "a\rb", "a\x85b", "\u2028", "\ufeff", "\x00", "\x07", "é\nü", "👍\n"),
    *(
        "---\na",
        "a\n---\nb",
        "a\n...\n",
        "# a\nb",
        "- a\n- b\n",
        "a: b\nc: d",
        "\\n",
        '"a"\n',
        "a\tb",
    ),
)
ODD = st.sampled_from([*" ".join(BARE_OR_NOT).split(), *LINES])
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | ODD
VALUES = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(TEXTS, VALUES, max_size=5)


@given(st.lists(DOCUMENTS, min_size=1, max_size=3))
def test_readers_of_both_versions_read_back_what_was_given(
    documents: list[dict[str, object]],
) -> None:
    text = yaml_text(documents, "made by a test\n\n---\rnot: this")
    assert list(yaml.load_all(text, Loader=yaml.SafeLoader)) == documents
    assert list(yaml.load_all(text, Loader=yaml.CSafeLoader)) == documents
    assert list(YAML(typ="safe", pure=True).load_all(text.decode())) == documents


@given(DOCUMENTS)
def test_our_own_reader_reads_back_what_was_given(document: dict[str, object]) -> None:
    assert load(yaml_text([document]).decode(), "a.yaml").data == document


@given(DOCUMENTS)
def test_ruamel_writes_it_again_with_the_same_meaning(document: dict[str, object]) -> None:
    reader = YAML(typ="rt", pure=True)
    assert reader.load(yaml_text([document]).decode()) == document


def test_it_looks_like_what_people_write() -> None:
    document = {
        "apiVersion": "v1",
        "data": {"run.sh": "#!/bin/sh\necho hello\n", "note": "a\n\nb", "empty": ""},
        "items": [{"name": "a", "args": ["--port=8080", "on", "1.31"]}, [], {}, [["x"], 1]],
        "image": "registry.example/a/b:1.2@sha256:abc",
        "memory": "10Gi",
        "Zürich": None,
        "small": 1e-7,
    }
    assert (
        yaml_text([document, {}], "generated")
        == (
            "# generated\n"
            "---\n"
            "apiVersion: v1\n"
            "data:\n"
            "  run.sh: |\n"
            "    #!/bin/sh\n"
            "    echo hello\n"
            "  note: |-\n"
            "    a\n"
            "\n"
            "    b\n"
            '  empty: ""\n'
            "items:\n"
            "- name: a\n"
            "  args:\n"
            "  - --port=8080\n"
            '  - "on"\n'
            '  - "1.31"\n'
            "- []\n"
            "- {}\n"
            "- - - x\n"
            "  - 1\n"
            "image: registry.example/a/b:1.2@sha256:abc\n"
            "memory: 10Gi\n"
            '"Zürich": null\n'
            "small: 1.0e-07\n"
            "---\n"
            "{}\n"
        ).encode()
    )


@pytest.mark.parametrize("value", ["\ud800", math.nan, math.inf, {"k" * 1001: 1}])
def test_what_cannot_be_read_back_is_refused(value: object) -> None:
    with pytest.raises(UnwritableError):
        yaml_text([{"a": value}])


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {1}}, {"a": b"b"}])
def test_what_has_no_form_is_a_mistake_of_the_caller(value: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        yaml_text([value])
