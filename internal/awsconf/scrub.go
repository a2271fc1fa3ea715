package awsconf

import (
	"regexp"
	"strings"
)

// principal is who AWS says was denied.
var principal = regexp.MustCompile(`arn:aws(-[a-z-]+)?:(iam|sts)::[0-9]{12}:[\w+=,.@/-]+`)

// secrets are the forms in which credentials could stand in what AWS or a proxy answers: access keys, what signs a request,
// and anything that is long enough to be a secret key or a token.
var secrets = []*regexp.Regexp{
	regexp.MustCompile(`\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b`),
	regexp.MustCompile(`(?i)(signature|credential|x-amz-security-token|authorization|bearer)[=: ]+\S+`),
	regexp.MustCompile(`[A-Za-z0-9+/=_-]{100,}`),
	regexp.MustCompile(`(^|[^A-Za-z0-9+/=])[A-Za-z0-9+/=]{40}($|[^A-Za-z0-9+/=])`),
}

const maxAnswer = 400

// scrub makes an answer fit for a log: one line, not long, and without anything that looks like a credential.
func scrub(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, form := range secrets {
		text = form.ReplaceAllString(text, "<redacted>")
	}
	if runes := []rune(text); len(runes) > maxAnswer {
		text = string(runes[:maxAnswer]) + "…"
	}
	return text
}
