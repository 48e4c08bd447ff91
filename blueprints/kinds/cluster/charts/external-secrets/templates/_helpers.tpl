{{- define "external-secrets.labels" -}}
app.kubernetes.io/part-of: clusters
app.kubernetes.io/component: external-secrets
app.kubernetes.io/managed-by: tutela
{{- end -}}
