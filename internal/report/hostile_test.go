package report

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// texts are what names and sentences are drawn from: ordinary ones, and what a hostile or a careless cluster may hold.
var texts = rapid.OneOf(
	rapid.SampledFrom([]string{"", "orders", "ingress 4.5 GB/s is 22.5 times the quota of 200 MB/s", "\x1b[2J", "a|b", "<b>",
		"注文イベント",
		strings.Repeat("x", 300), strings.Repeat("wide 注 ", 60), "\u202e", "\xff\xfe", "line\nbreak", "e\u0301\u0301\u0301",
		"👩‍👩‍👧"}),
	rapid.String(),
)

var numbers = rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 999.5, 8388608, 1e18, 1e300}), rapid.Float64Range(0, 1e15))

// fill draws a value for every field of v, so that a field added to the verdict is tested without a word here.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Interface().(type) {
	case workload.Figure:
		n := numbers.Draw(t, "value")
		f := workload.Between(n, n*rapid.Float64Range(0, 1).Draw(t, "low"), n*rapid.Float64Range(1, 3).Draw(t, "high"),
			workload.Estimated, texts.Draw(t, "source"))
		if rapid.Bool().Draw(t, "floor") {
			f.High = math.Inf(1)
		}
		v.Set(reflect.ValueOf(f))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0)))
		return
	case verdict.Status:
		v.SetString(string(rapid.SampledFrom([]verdict.Status{verdict.Decided, verdict.Undecided}).Draw(t, "status")))
		return
	case verdict.Outcome:
		v.SetString(string(rapid.SampledFrom([]verdict.Outcome{verdict.Pass, verdict.Fail, verdict.Unknown,
			verdict.NotApplicable}).Draw(t, "outcome")))
		return
	case verdict.Kind:
		v.SetString(string(rapid.SampledFrom([]verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Standard,
			verdict.Express}).Draw(t, "kind")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts.Draw(t, "text"))
	case reflect.Float64:
		v.SetFloat(numbers.Draw(t, "number"))
	case reflect.Int:
		v.SetInt(int64(rapid.IntRange(0, 1e6).Draw(t, "count")))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "known") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(0, 2).Draw(t, "items"), 2))
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	}
}

func TestAnyVerdictIsShownSafely(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var v verdict.Verdict
		fill(t, reflect.ValueOf(&v).Elem())
		if len(v.Options) > 0 { // let the choice be one of the options
			o := v.Options[0]
			v.Choice = &verdict.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters, MonthlyUSD: 1}
		}
		w := rapid.IntRange(minWidth, 140).Draw(t, "width")
		for name, draw := range map[string]func(*bytes.Buffer) error{
			"text": func(b *bytes.Buffer) error {
				return Text(b, view.Of(v, view.Past{}), TextOptions{Width: w, Details: true})
			},
			"markdown": func(b *bytes.Buffer) error { return inMarkdown(b, v) },
			"html":     func(b *bytes.Buffer) error { return html(b, v) },
			"json":     func(b *bytes.Buffer) error { return JSON(b, v) },
		} {
			var b bytes.Buffer
			if err := draw(&b); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if i := strings.IndexFunc(b.String(), unprintable); i >= 0 {
				t.Fatalf("%s holds %q", name, b.String()[i:min(i+8, b.Len())])
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if name == "text" && width(line) > w {
					t.Fatalf("a line of %d cells at a width of %d: %q", width(line), w, line)
				}
			}
		}
	})
}
