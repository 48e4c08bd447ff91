import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.serving.commands import MOST_WORDS
from governance.evidence.serving.keys import Sort
from governance.evidence.serving.mentions import Gap, Mention, Thing
from governance.evidence.serving.plain import of_program, of_template, s3_lines


def named(text: str) -> set[tuple[str, int]]:
    return {
        (said.value, said.line)
        for said in of_template(text)
        if isinstance(said, Mention) and said.sort is Sort.MODEL
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("spec:\n  storageUri: {{ .Values.uri | quote }}\n", ("{{ .Values.uri | quote }}", 2)),
        ('  modelURL: "{{ $s.modelURL }}"  # x\n', ("{{ $s.modelURL }}", 1)),
        ("args:\n- --model\n- {{ .Values.m }}\n- --x\n", ("{{ .Values.m }}", 2)),
        ("args:\n{{- if .x }}\n- '--model'\n{{- end }}\n- {{ .m }}\n", ("{{ .m }}", 3)),
        ("args:\n  - --model={{ .m }}\n", ("{{ .m }}", 2)),
        ('command: ["vllm", "serve", {{ .m | quote }}]\n', ("{{ .m | quote }}", 1)),
        ("command: vllm serve {{ .m }} --port 80\n", ("{{ .m }}", 1)),
        ("env:\n- name: MODEL_ID\n  value: {{ .m }}\n", ("{{ .m }}", 3)),
        ("x: s3://{{ .b }}/y\n", ("s3://{{ .b }}/y", 1)),
        ("{% if x %}\nmodel: org/a\n{% endif %}\n", ("org/a", 2)),
        ('{"modelUri": "org/a", {{ more }}}\n', ("org/a", 1)),
    ],
)
def test_a_template_names_models(text: str, wanted: tuple[str, int]) -> None:
    assert wanted in named(text)


def test_comments_name_nothing() -> None:
    assert named("# model: org/a\n{{/* model: org/b */}}\n// s3://a/b\n") == set()


def test_a_template_knows_its_object() -> None:
    text = "kind: Deployment\nmetadata:\n  name: llama\n  namespace: {{ .n }}\nmodel: org/a\n"
    assert {said.thing for said in of_template(text) if isinstance(said, Mention)} == {
        Thing("Deployment", "", "llama")
    }


def program(text: str, *, script: bool) -> set[str]:
    return {said.value for said in of_program(text, script=script) if isinstance(said, Mention)}


def test_a_script_names_models_and_paths() -> None:
    found = program(
        "#!/bin/bash\nMODEL=org/a\nsrun podman run -v /store/models:/models \\\n"
        "  vllm serve org/b --lora-modules x=s3://lora/x\n",
        script=True,
    )
    assert {"org/a", "org/b", "s3://lora/x", "file:///store/models"} <= found
    assert not any("/bin/bash" in value for value in found)


@pytest.mark.parametrize(
    "text",
    [
        'LLMConfig(model_loading_config=dict(model_source="s3://m/a"))',
        'config = {"model_id": "s3://m/a"}',
        'model_uri = "s3://m/a"',
        "load('s3://m/a')",
    ],
)
def test_a_program_names_models(text: str) -> None:
    assert "s3://m/a" in program(text, script=False)


def test_a_table_of_mounts_names_paths() -> None:
    assert "file:///store/models" in program('mounts = ["/store/models:/models"]', script=False)


def test_what_is_too_long_is_a_gap() -> None:
    found = list(of_program("a " * (MOST_WORDS + 1), script=True))
    assert any(isinstance(said, Gap) for said in found)
    assert any(isinstance(said, Gap) for said in of_program("x" * 2_000_000, script=False))


def test_s3_uris_have_their_lines() -> None:
    assert [(said.line) for said in s3_lines("a\n# s3://a/b\ns3://c/d\n", Thing())] == [3]


@given(st.text(max_size=300) | st.text("{}- :\"'[]=/s3model\n", max_size=120))
def test_any_text_is_read(text: str) -> None:
    list(of_template(text))
    list(of_program(text, script=True))
