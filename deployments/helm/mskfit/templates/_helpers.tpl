{{- define "mskfit.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}
{{- end }}

{{- define "mskfit.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "mskfit.labels" -}}
{{ include "mskfit.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "mskfit.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "mskfit.fullname" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}
{{- end }}

{{- define "mskfit.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}

{{/* The configuration file: what the values say, with what the chart decides. */}}
{{- define "mskfit.config" -}}
{{- $full := include "mskfit.fullname" . }}
{{- $web := deepCopy (default (dict) .Values.config.web) }}
{{- $hosts := list $full (printf "%s.%s" $full .Release.Namespace) (printf "%s.%s.svc" $full .Release.Namespace) (printf "%s.%s.svc.*" $full .Release.Namespace) }}
{{- $_ := set $web "listen" ":9444" }}
{{- $_ := set $web "hosts" (concat $hosts (default (list) $web.hosts)) }}
{{- $config := merge (dict "data_directory" "/var/lib/mskfit" "web" $web) (omit .Values.config "web") }}
{{- toYaml $config }}
{{- end }}

{{/* What cannot work together, said before anything is installed. */}}
{{- define "mskfit.check" -}}
{{- $c := .Values.config }}
{{- $ledger := default (dict) $c.ledger }}
{{- $external := default (dict) (default (dict) $c.history).external }}
{{- $postgres := or $ledger.postgres_url $ledger.postgres_url_file }}
{{- if not (or $c.clusters $c.msk) }}
{{- fail "config: nothing to watch: set config.clusters (clusters with bootstrap brokers) or config.msk (all MSK clusters of a region)" }}
{{- end }}
{{- if ne (default "/var/lib/mskfit" $c.data_directory) "/var/lib/mskfit" }}
{{- fail (printf "config.data_directory: %s is not on the volume, which is at /var/lib/mskfit: leave the key out" $c.data_directory) }}
{{- end }}
{{- $listen := default ":9444" (default (dict) $c.web).listen }}
{{- if not (hasSuffix ":9444" $listen) }}
{{- fail (printf "config.web.listen: the pod listens on :9444, not on %s: leave the key out, and set service.port for another port" $listen) }}
{{- end }}
{{- if hasKey .Values "shards" }}
{{- fail "shards: removed: replicas share the clusters: set replicas, config.ledger.postgres_url_file and config.history.external instead" }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (not $postgres) }}
{{- fail (printf "replicas: %d replicas need one PostgreSQL: set config.ledger.postgres_url_file, or replicas: 1" (int .Values.replicas)) }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (not $external.write_url) }}
{{- fail (printf "replicas: %d replicas need one history: set config.history.external.write_url and query_url, or replicas: 1" (int .Values.replicas)) }}
{{- end }}
{{- if and (not .Values.persistence.enabled) (not (and $postgres $external.write_url)) }}
{{- fail "persistence.enabled: without a volume a restart loses history and ledger: set config.ledger.postgres_url_file and config.history.external, or persistence.enabled: true" }}
{{- end }}
{{- end }}
