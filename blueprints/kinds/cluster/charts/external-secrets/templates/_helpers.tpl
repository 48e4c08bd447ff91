{{- define "external-secrets.labels" -}}
app.kubernetes.io/part-of: external-secrets
app.kubernetes.io/component: configuration
app.kubernetes.io/managed-by: tutela
{{- end -}}
