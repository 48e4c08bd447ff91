{{- define "kueue.labels" -}}
app.kubernetes.io/part-of: kueue
app.kubernetes.io/component: configuration
app.kubernetes.io/managed-by: tutela
{{- end -}}
