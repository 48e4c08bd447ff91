"""A small chart that takes the values of vLLM's, for tests of what Helm makes of them."""

from pathlib import Path

ABOUT = "apiVersion: v2\nname: chart-vllm\nversion: 0.0.2\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    metadata:
      labels: {{ .Values.labels | toJson }}
    spec:
      nodeSelector: {{ .Values.nodeSelector | toJson }}
      initContainers: {{ .Values.extraInit.initContainers | toJson }}
      containers:
        - name: vllm
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command: {{ .Values.image.command | toJson }}
          env: {{ .Values.image.env | toJson }}
          ports: [{name: http, containerPort: {{ .Values.containerPort }}}]
          resources: {{ .Values.resources | toJson }}
          readinessProbe: {{ .Values.readinessProbe | toJson }}
          livenessProbe: {{ .Values.livenessProbe | toJson }}
          volumeMounts: [{name: v, mountPath: /data}]
      volumes:
        - name: v
          persistentVolumeClaim: {claimName: "{{ .Release.Name }}-storage-claim"}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Values.serviceName }}
spec:
  selector: {{ .Values.labels | toJson }}
"""


def chart(folder: Path, old: str = "", new: str = "") -> Path:
    """The chart in a folder; its template changed in one place."""
    (folder / "chart-vllm/templates").mkdir(parents=True)
    (folder / "chart-vllm/Chart.yaml").write_text(ABOUT)
    assert old in DEPLOYMENT
    text = DEPLOYMENT.replace(old, new, 1) if old else DEPLOYMENT
    (folder / "chart-vllm/templates/engine.yaml").write_text(text)
    return folder
