{{- define "ceph-csi.labels" -}}
app.kubernetes.io/part-of: clusters
app.kubernetes.io/component: ceph-csi
app.kubernetes.io/managed-by: tutela
{{- end -}}
