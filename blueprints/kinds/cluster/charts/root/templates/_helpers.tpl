{{/* Where a chart of somebody else or this repository's own comes from, and with which values. */}}
{{- define "root.upstream" -}}
- repoURL: {{ .child.repository | quote }}
  chart: {{ .child.chart | quote }}
  targetRevision: {{ index .root.components .child.component | quote }}
  helm:
    releaseName: {{ .child.release | quote }}
    valueFiles:
      {{- range .child.shared }}
      - {{ printf "$values/%s" . | quote }}
      {{- end }}
      {{- if .child.own }}
      - {{ printf "$values/clusters/%s/%s/values/%s.yaml" .root.environment .root.cluster .child.own | quote }}
      {{- end }}
- repoURL: {{ .root.repository | quote }}
  targetRevision: {{ .root.revision | quote }}
  ref: values
{{- end -}}

{{- define "root.own" -}}
repoURL: {{ .root.repository | quote }}
targetRevision: {{ .root.revision | quote }}
path: {{ printf "argocd/components/%s" .child.component | quote }}
helm:
  releaseName: {{ .child.release | quote }}
  valueFiles:
    - {{ printf "/clusters/%s/%s/values/%s.yaml" .root.environment .root.cluster .child.own | quote }}
  {{- if .child.version }}
  valuesObject:
    version: {{ index .root.components .child.component | quote }}
  {{- end }}
{{- end -}}
