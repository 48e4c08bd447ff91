{{- define "kueue.labels" -}}
app.kubernetes.io/part-of: clusters
app.kubernetes.io/component: kueue
app.kubernetes.io/managed-by: tutela
{{- end -}}
