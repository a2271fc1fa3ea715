package yamlfile

import (
	"bytes"
	"strconv"
	"strings"
)

// parserMessages begin what the parser proper says, in contrast to its scanner. It counts those lines from zero.
var parserMessages = []string{
	"did not find expected node content", "did not find expected key", "did not find expected ',' or",
	"did not find expected '-' indicator", "did not find expected <",
}

// firstLineMessages begin what can be said of the first line, for which the parser names no line.
var firstLineMessages = []string{"did not find", "could not find", "found", "mapping values", "block"}

// syntaxProblem takes the line out of the parser's "yaml: line 3: did not find …".
func syntaxProblem(file string, data []byte, err error) Problem {
	line, what := 0, strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, found := strings.CutPrefix(what, "line "); found {
		number, message, _ := strings.Cut(rest, ": ")
		if n, convErr := strconv.Atoi(number); convErr == nil {
			line, what = n, message
		}
	}
	p := Problem{File: file, Message: clip("not valid YAML: "+what, maxMessage)}
	switch {
	case line > 0 && startsWith(what, parserMessages):
		p.Line, p.Column = min(line+1, lines(data)), 1
	case line > 0:
		p.Line, p.Column = line, 1
	case startsWith(what, firstLineMessages):
		p.Line, p.Column = 1, 1
	}
	return p
}

func startsWith(s string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// lines counts the lines of data; a last line without an end counts.
func lines(data []byte) int {
	n := bytes.Count(data, []byte{'\n'})
	if !bytes.HasSuffix(data, []byte{'\n'}) {
		n++
	}
	return n
}
