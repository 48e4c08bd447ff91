{{- define "external-dns.labels" -}}
app.kubernetes.io/part-of: external-dns
app.kubernetes.io/component: configuration
app.kubernetes.io/managed-by: tutela
{{- end -}}
