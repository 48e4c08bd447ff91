{{- define "cert-manager.labels" -}}
app.kubernetes.io/part-of: clusters
app.kubernetes.io/component: cert-manager
app.kubernetes.io/managed-by: tutela
{{- end -}}
