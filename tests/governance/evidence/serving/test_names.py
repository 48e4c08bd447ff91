import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.serving.names import MOST_VALUES, Names, Resolved

FILES = (
    """
model:
  uri: s3://m/llama  # the one
  bucket: "models"
  path: llama/v3
  none: ""
top: org/top
servingEngineSpec:
  modelSpec:
  - name: a
    modelURL: org/a
  - name: b
    modelURL: org/b
env:
  - name: MODEL
    value: s3://env/m
""",
    'export BASE=s3://base\nRUN="${BASE}/run"\nLOOP=$LOOP\n',
    '{{- define "x.uri" -}}\n{{ .Values.model.uri }}/sub\n{{- end }}\n',
    '{"model_uri": "s3://cookie/m",\n "other": 1}\n',
)
NAMES = Names.merged(map(Names.of, FILES))


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{{ .Values.model.uri | quote }}", ["s3://m/llama"]),
        ("{{- .Values.model.uri -}}", ["s3://m/llama"]),
        ("{{ $.Values.top }}", ["org/top"]),
        ("s3://{{ .Values.model.bucket }}/{{ .Values.model.path }}", ["s3://models/llama/v3"]),
        (
            '{{ printf "s3://%s/%s" .Values.model.bucket .Values.model.path }}',
            ["s3://models/llama/v3"],
        ),
        ('{{ .Values.absent | default "org/d" }}', ["org/d"]),
        ('{{ .Values.top | default "org/d" }}', ["org/top", "org/d"]),
        ('{{ include "x.uri" . | quote }}', ["s3://m/llama/sub"]),
        ("{{ $spec.modelURL }}", ["org/a", "org/b"]),
        ("{{ .modelURL }}", ["org/a", "org/b"]),
        ("${MODEL}", ["s3://env/m"]),
        ("$MODEL", ["s3://env/m"]),
        ("$(MODEL)", ["s3://env/m"]),
        ("os.environ/MODEL", ["s3://env/m"]),
        ("$RUN/ckpt", ["s3://base/run/ckpt"]),
        ("${ABSENT:-org/d}", ["org/d"]),
        ("${ABSENT:-$MODEL}", ["s3://env/m"]),
        ("{{ cookiecutter.model_uri }}", ["s3://cookie/m"]),
        ("{{ model_uri }}", ["s3://cookie/m"]),
        ("{{ .Values.model.none }}", [""]),
        ("no placeholder", ["no placeholder"]),
    ],
)
def test_a_value_is_filled_in_with_what_files_set(value: str, filled: list[str]) -> None:
    assert NAMES.resolve(value) == Resolved(tuple(filled), known=True)


@pytest.mark.parametrize(
    "value",
    [
        *("{{ .Values.absent }}", "$ABSENT", "$1", "${1}", "$(cat model.txt)", "ENC[AES256_GCM,x]"),
        *('{{ include "absent" . }}', "s3://{{ .Values.absent }}/x", "{% if x %}", "$LOOP"),
        *('{{ required "say which model" .Values.absent }}', "{{ .Release.Name }}", "{{ }}"),
        *('{{ printf "s3://%s/%s" .Values.top }}', "{{ .Values.other.uri }}", "os.environ/NONE"),
    ],
)
def test_what_nothing_sets_is_not_known(value: str) -> None:
    assert not NAMES.resolve(value).known


def test_what_an_argument_overrides_is_one_of_several() -> None:
    assert NAMES.resolve("${1:-org/d}") == Resolved(("org/d",), known=False)


def test_a_value_deep_in_some_other_file_is_not_the_one_at_the_top() -> None:
    names = Names.of("a:\n  b:\n    c:\n      uri: s3://other\n")
    assert not names.resolve("{{ .Values.uri }}").known
    assert names.resolve("{{ .Values.c.uri }}").known is False
    assert names.resolve("{{ .Values.b.c.uri }}").values == ("s3://other",)


def test_more_combinations_than_are_tried_are_a_gap() -> None:
    names = Names.of("".join(f"- key{n}:\n    x: v{n}\n" for n in range(40)))
    found = names.resolve("{{ .x }}/{{ .x }}")
    assert not found.known
    assert len(found.values) == MOST_VALUES


@given(st.text(max_size=80) | st.text("{}$().|\"'a-:%s", max_size=40))
def test_any_value_is_filled_in_or_not(value: str) -> None:
    NAMES.resolve(value)


@given(st.text(max_size=300) | st.text("a:=- \n\"'{}|", max_size=80))
def test_any_file_is_read(text: str) -> None:
    for last, known in Names.of(text).values.items():
        assert all(path[-1] == last for path, _ in known)
