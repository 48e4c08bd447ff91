import pytest

from governance.evidence.serving.documents import parse_yaml
from governance.evidence.serving.keys import Sort
from governance.evidence.serving.manifests import of_document, s3_mentions
from governance.evidence.serving.mentions import Gap, Hint, Mention, Thing


def models(text: str) -> set[str]:
    return {
        said.value
        for said in of_document(parse_yaml(text))
        if isinstance(said, Mention) and said.sort is Sort.MODEL
    }


KSERVE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llama, namespace: prod}
spec:
  predictor:
"""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (KSERVE + "    model: {storageUri: s3://models/llama}", {"s3://models/llama"}),
        (KSERVE + "    sklearn: {storageUri: pvc://claim/llama}", {"pvc://claim/llama"}),
        (
            KSERVE + "    model:\n      storage: {path: llama/v1, parameters: {bucket: models}}",
            {"s3://models/llama/v1"},
        ),
        (
            KSERVE + "    containers: [{args: [--model_name=x, --model_dir=/mnt/models]}]",
            {"/mnt/models"},
        ),
        (
            "spec:\n  model:\n    uri: hf://org/a\n    name: x\n"
            "    lora: {adapters: [{name: y, uri: s3://lora/y}]}",
            {"hf://org/a", "s3://lora/y"},
        ),
        (
            "serveConfigV2: |\n  applications:\n  - args:\n      llm_configs:\n"
            "      - model_loading_config:\n          model_id: q\n          model_source: org/q\n"
            "      - model_loading_config: {model_source: {bucket_uri: s3://ray/q}}\n",
            {"q", "org/q", "s3://ray/q"},
        ),
        (
            "servingEngineSpec:\n  modelSpec:\n  - modelURL: org/a\n    vllmConfig:\n"
            "      extraArgs: ['--lora-modules', 'x=s3://lora/x', --tokenizer, org/t]\n",
            {"org/a", "s3://lora/x", "org/t"},
        ),
        ("containers: [{command: [vllm, serve, /data/, --port, '80']}]", {"/data/"}),
        ("containers: [{image: vllm/vllm-openai, args: [serve, org/a]}]", {"org/a"}),
        ("containers: [{command: [sh, -c, 'exec vllm serve org/a']}]", {"org/a"}),
        ('containers: [{command: [sh, -c], args: ["a\\n vllm serve org/a\\n"]}]', {"org/a"}),
        ("entrypoint: vllm serve org/a --port 80", {"org/a"}),
        ("env: [{name: HF_MODEL_ID, value: org/a}]", {"org/a"}),
        ("env: [{name: MODEL, valueFrom: {configMapKeyRef: {name: c, key: m}}}]", {"${m}"}),
        ("parameters: [{name: engine.modelURL, value: org/a}]", {"org/a"}),
        ("- {op: replace, path: /spec/predictor/model/storageUri, value: s3://m/a}", {"s3://m/a"}),
        ("model_list: [{model_name: x, litellm_params: {model: vllm/org/a}}]", {"vllm/org/a"}),
        ("helm:\n  values: |\n    model:\n      uri: org/a\n", {"org/a"}),
        ("data:\n  run.sh: |\n    set -e\n    vllm serve org/a\n", {"org/a"}),
        ("args: ['aws s3 sync s3://m/a /data']", {"s3://m/a"}),
        ("anything: {at: [all, 'see s3://m/a, s3://m/b']}", {"s3://m/a", "s3://m/b"}),
        ("uri: s3://{{ .Values.b }}/x", {"s3://{{ .Values.b }}/x"}),
        ("volumes: [{hostPath: {path: /store/models}}]", {"/store/models"}),
        ("base: &b {storageUri: s3://m/a}\nspec: {<<: *b}", {"s3://m/a"}),
        ("metadata: {labels: {model: org/a}}\nimage: org/b\nname: org/c", set()),
    ],
)
def test_a_manifest_names_models(text: str, named: set[str]) -> None:
    assert models(text) == named


def test_a_mention_knows_the_object_and_the_line() -> None:
    (said,) = set(of_document(parse_yaml(KSERVE + "    model:\n      modelURL: org/a\n")))
    assert said == Mention(
        *("org/a", "modelURL", 8, Thing("InferenceService", "prod", "llama"), Sort.MODEL),
        alone=False,
    )


def test_objects_in_a_list_are_objects() -> None:
    text = """
kind: List
apiVersion: v1
items:
- {apiVersion: v1, kind: A, metadata: {name: a}, spec: {modelURL: org/a}}
- {apiVersion: v1, kind: B, metadata: {name: b}, spec: {modelURL: org/b}}
"""
    found = {
        said.value: said.thing
        for said in of_document(parse_yaml(text))
        if isinstance(said, Mention)
    }
    assert found == {"org/a": Thing("A", "", "a"), "org/b": Thing("B", "", "b")}


def test_a_bucket_that_only_the_cluster_knows_is_a_gap() -> None:
    (said,) = of_document(parse_yaml(KSERVE + "    model: {storage: {key: k, path: llama/v1}}"))
    assert isinstance(said, Gap)
    assert "bucket" in said.words


def test_another_repository_is_a_hint() -> None:
    (said,) = of_document(parse_yaml("source: {repoURL: https://git/charts, chart: x}"))
    assert isinstance(said, Hint)
    assert "https://git/charts" in said.words


def test_a_name_that_is_filled_in_later_is_no_name() -> None:
    text = "kind: A\napiVersion: v1\nmetadata: {name: '{{ x }}'}\nmodelURL: org/a"
    assert {said.thing for said in of_document(parse_yaml(text)) if isinstance(said, Mention)} == {
        Thing("A", "", "")
    }


def test_documents_in_documents_end() -> None:
    text = "modelURL: org/a\nx: y\n"
    for _ in range(8):
        text = "v: |\n" + "".join(f"  {line}\n" for line in text.splitlines())
    list(of_document(parse_yaml(text)))


def test_every_s3_uri_of_a_text_has_its_line() -> None:
    found = s3_mentions("a\ns3://$B/x\nb s3://{{ c }}/y\n", 10, Thing(), "k")
    assert [(said.value, said.line) for said in found] == [
        ("s3://$B/x", 11),
        ("s3://{{ c }}/y", 12),
    ]
