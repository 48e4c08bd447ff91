{{- define "weather.selector" -}}
app.kubernetes.io/name: {{ .software }}
app.kubernetes.io/instance: {{ .Values.instance }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{- define "weather.labels" -}}
{{ include "weather.selector" . }}
app.kubernetes.io/part-of: {{ .Values.partOf }}
app.kubernetes.io/managed-by: tutela
{{- end -}}

{{- define "weather.metadata" -}}
name: {{ .Values.instance }}-{{ .role }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "weather.labels" . | nindent 2 }}
{{- end -}}

{{- define "weather.pod" -}}
serviceAccountName: {{ .Values.instance }}-{{ .role }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "weather.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  capabilities:
    drop:
      - ALL
  privileged: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
{{- end -}}
