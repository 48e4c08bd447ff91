{{- define "metallb.labels" -}}
app.kubernetes.io/part-of: clusters
app.kubernetes.io/component: metallb
app.kubernetes.io/managed-by: tutela
{{- end -}}
