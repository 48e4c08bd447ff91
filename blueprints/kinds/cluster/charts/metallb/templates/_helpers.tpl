{{- define "metallb.labels" -}}
app.kubernetes.io/part-of: metallb
app.kubernetes.io/component: configuration
app.kubernetes.io/managed-by: tutela
{{- end -}}
