{{- define "external-dns.labels" -}}
app.kubernetes.io/part-of: clusters
app.kubernetes.io/component: external-dns
app.kubernetes.io/managed-by: tutela
{{- end -}}
