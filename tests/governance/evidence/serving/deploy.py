"""A GitOps repository as an inference service keeps one: charts, manifests, values, scripts.

Written for these tests in the shapes that the charts and operators document.
"""

CHART = {
    "charts/engine/Chart.yaml": "apiVersion: v2\nname: engine\nversion: 0.1.0\n",
    "charts/engine/values.yaml": """\
modelSpec: []
defaults:
  uri: s3://models/default
draft:
  bucket: models
  path: draft/v2
""",
    "charts/engine/templates/_helpers.tpl": """\
{{- define "engine.draft" -}}
s3://{{ .Values.draft.bucket }}/{{ .Values.draft.path }}
{{- end }}
""",
    "charts/engine/templates/deployment.yaml": """\
{{- range $model := .Values.modelSpec }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $model.name }}
spec:
  selector: {matchLabels: {app: {{ $model.name }}}}
  template:
    metadata: {labels: {app: {{ $model.name }}}}
    spec:
      containers:
      - name: engine
        image: vllm/vllm-openai:v0.20.0
        args:
        - --model
        - {{ $model.modelURL | quote }}
        {{- if $model.lora }}
        - --lora-modules
        - "adapter={{ $model.lora }}"
        {{- end }}
        env:
        - name: DRAFT_MODEL
          value: {{ include "engine.draft" $ | quote }}
        - name: FALLBACK_MODEL
          value: {{ $.Values.defaults.uri | default "org/fallback" }}
{{- end }}
""",
    "prod/values.yaml": """\
modelSpec:
- name: llama
  modelURL: s3://models/llama/v3
  lora: s3://lora/medical
- name: qwen
  modelURL: Qwen/Qwen3-8B
""",
}
RENDERED = {
    "s3://models/llama/v3",
    "s3://lora/medical",
    "hub:Qwen/Qwen3-8B",
    "s3://models/draft/v2",
    "s3://models/default",
}
"""What `helm template charts/engine -f prod/values.yaml` starts engines with."""

MANIFESTS = {
    "kserve/llama.yaml": """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llama, namespace: prod}
spec:
  predictor:
    model:
      modelFormat: {name: huggingface}
      storageUri: s3://models/llama/v4
---
apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata: {name: gemma, namespace: prod}
spec:
  model: {uri: "hf://google/gemma-3-27b-it", name: gemma}
""",
    "gateway/litellm.yaml": """\
model_list:
- model_name: llama
  litellm_params:
    model: hosted_vllm/org/behind-the-gateway
    api_key: os.environ/KEY
""",
    "mlflow/serve.yaml": """\
apiVersion: batch/v1
kind: Job
metadata: {name: score}
spec: {template: {spec: {containers: [{args: [models, serve, -m, "models:/score@prod"]}]}}}
""",
    "slurm/serve.sbatch": """\
#!/bin/bash
#SBATCH --nodes=2
MODEL=${1:-meta-llama/Llama-3.1-405B}
srun podman run -v /store/models:/models vllm/vllm-openai serve "$MODEL"
""",
    "README.md": "Deploy with storageUri: s3://docs/example\n",
}
NAMED = {
    "s3://models/llama/v4",
    "hub:google/gemma-3-27b-it",
    "hub:org/behind-the-gateway",
    "models:/score@prod",
    "hub:meta-llama/Llama-3.1-405B",
    "file:///store/models",
}
