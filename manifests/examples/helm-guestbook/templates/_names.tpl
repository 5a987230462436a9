{{- define "guestbook.name" -}}
{{ .Release.Name }}-guestbook
{{- end -}}
