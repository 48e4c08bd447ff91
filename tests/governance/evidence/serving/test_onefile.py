import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.serving.mentions import Gap, Mention
from governance.evidence.serving.onefile import is_read, read_file


def named(name: str, text: str) -> set[tuple[str, int]]:
    one = read_file(name, text.encode())
    return {(said.value, said.line) for said in one.said if isinstance(said, Mention)}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "a.yaml",
            "a.YML",
            "values.json",
            "_helpers.tpl",
            "run.sbatch",
            "job",
            "Dockerfile",
            ".env",
        ),
        *("app.py", "env.toml", "main.tf", "vllm.container", "x.yaml.j2"),
    ],
)
def test_files_that_can_deploy_are_read(name: str) -> None:
    assert is_read(name)


@pytest.mark.parametrize(
    "name", ["README.md", "logo.png", "uv.lock", "a.ipynb", "model.safetensors"]
)
def test_files_that_cannot_are_not(name: str) -> None:
    assert not is_read(name)


def test_every_document_has_its_lines() -> None:
    text = "# top\n---\nmodelURL: org/a\n---\nother: 1\n---\n\nmodelURL: org/b\n"
    assert named("a.yaml", text) == {("org/a", 3), ("org/b", 8)}


def test_one_bad_document_does_not_spoil_the_others() -> None:
    one = read_file(
        "a.yaml", b"modelURL: org/a\n---\nmodelURL: org/b\nx: [1\n---\nmodelURL: org/c\n"
    )
    assert {said.value for said in one.said if isinstance(said, Mention)} == {
        "org/a",
        "org/b",
        "org/c",
    }
    (gap,) = [said for said in one.said if isinstance(said, Gap)]
    assert "is not YAML" in gap.words
    assert gap.line in (4, 5)


def test_a_template_is_not_expected_to_be_yaml() -> None:
    one = read_file("t.yaml", b"{{- if .x }}\nmodelURL: {{ .m }}\n{{- end }}\n")
    assert [type(said) for said in one.said] == [Mention]


def test_a_definition_of_a_kind_of_objects_deploys_nothing() -> None:
    text = "kind: CustomResourceDefinition\nspec: {model: {uri: s3://a/b}}\n---\nmodelURL: org/a\n"
    assert named("crd.yaml", text) == {("org/a", 4)}


def test_json_is_read_also_with_what_json_has_not() -> None:
    assert named("a.json", '{"modelURL": "org/a"}') == {("org/a", 1)}
    assert ("org/a", 2) in named("a.json", '{\n "modelURL": "org/a", # x\n}')
    assert ("{{ .m }}", 1) in named("a.json", '{"modelURL": "{{ .m }}"}')


def test_scripts_are_told_from_manifests() -> None:
    assert read_file("a.sh", b"vllm serve $1").script
    assert not read_file("a.yaml", b"model: $1").script


def test_bytes_that_are_no_text_say_nothing() -> None:
    assert read_file("binary", b"\x7fELF\0 s3://a/b").said == ()


def test_a_byte_order_mark_does_not_hide_a_key() -> None:
    assert named("a.yaml", "\ufeffmodelURL: org/a\n") == {("org/a", 1)}


@given(
    st.sampled_from(["a.yaml", "a.json", "a.sh", "a.py", "a.tpl"]),
    st.binary(max_size=200).map(lambda data: b"model: " + data),
)
def test_any_bytes_are_read(name: str, data: bytes) -> None:
    read_file(name, data)
