{{- define "cert-manager.labels" -}}
app.kubernetes.io/part-of: cert-manager
app.kubernetes.io/component: configuration
app.kubernetes.io/managed-by: tutela
{{- end -}}
