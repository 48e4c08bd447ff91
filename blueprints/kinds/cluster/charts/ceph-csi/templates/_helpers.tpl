{{- define "ceph-csi.labels" -}}
app.kubernetes.io/part-of: ceph-csi
app.kubernetes.io/component: configuration
app.kubernetes.io/managed-by: tutela
{{- end -}}
