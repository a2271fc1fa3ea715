package view

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

// Clean makes a string safe to show: names of topics and groups come from a cluster that anybody may write to, and an
// escape sequence or a bidirectional override in one could rewrite what the reader sees. Spaces of every kind become
// the plain one; every other character that does not print is written as its code.
func Clean(s string) string {
	if safe(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteString(map[rune]string{'\n': `\n`, '\t': `\t`, '\r': `\r`}[r])
		case unicode.IsPrint(r):
			b.WriteRune(r) // an invalid byte has become U+FFFD, which prints
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

func safe(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return false
		}
	}
	return true
}

// cleanAll cleans every string that v, a pointer to a struct, holds. It is applied once to the whole page, so that a
// field added later cannot be forgotten.
func cleanAll(v any) { cleanValue(reflect.ValueOf(v).Elem()) }

func cleanValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(Clean(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			cleanValue(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanValue(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			cleanValue(v.Elem())
		}
	}
}
