package yamlfile

import (
	"strings"
	"testing"
)

type server struct {
	Host    string  `yaml:"host"`
	Port    int     `yaml:"port"`
	Share   float64 `yaml:"share"`
	Verbose bool    `yaml:"verbose"`
}

func (s *server) SetDefaults() { *s = server{Host: "localhost", Port: 9092} }

func lookup(name string) (string, bool) {
	v, ok := map[string]string{"HOST": "broker-1", "PORT": "9094", "SECRET": "hunter2", "ODD": "${HOST}", "YES": "true"}[name]
	return v, ok
}

func TestVariablesAreFilledIn(t *testing.T) {
	var got server
	_, err := DecodeEnv("f.yaml", []byte("host: ${HOST}.example-${PORT}\nport: ${PORT}\nverbose: ${YES}\n"), &got, lookup)
	if want := (server{Host: "broker-1.example-9094", Port: 9094, Verbose: true}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for in, want := range map[string]string{"$${HOST}": "${HOST}", "${ODD}": "${HOST}", "$HOST": "$HOST",
		"\"${HOST}\"": "broker-1"} {
		var s server
		if _, err := DecodeEnv("f.yaml", []byte("host: "+in), &s, lookup); err != nil || s.Host != want {
			t.Errorf("%s reads as %q, %v, want %q", in, s.Host, err, want)
		}
	}
}

func TestVariablesThatCannotBeFilledIn(t *testing.T) {
	var got server
	_, err := DecodeEnv("f.yaml", []byte("host: ${NONE}\nport: ${SECRET}\n"), &got, lookup)
	want := "f.yaml:1:7: host: the environment variable NONE is not set\nf.yaml:2:7: port: the value of ${SECRET} is not valid here"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if err != nil && strings.Contains(err.Error(), "hunter2") {
		t.Error("the error shows what the variable holds")
	}
}

func TestWithoutALookupValuesStandAsTheyAre(t *testing.T) {
	var got server
	if _, err := Decode("f.yaml", []byte("host: ${HOST}"), &got); err != nil || got.Host != "${HOST}" {
		t.Errorf("got %q, %v", got.Host, err)
	}
}

func TestDefaultsInListsAndPointers(t *testing.T) {
	var got struct {
		Servers []server          `yaml:"servers"`
		Main    *server           `yaml:"main"`
		Named   map[string]server `yaml:"named"`
	}
	_, err := Decode("f.yaml", []byte("servers: [{port: 1}, {host: b}]\nmain: {verbose: true}\nnamed: {x: {share: 0.5}}\n"), &got)
	if err != nil {
		t.Fatal(err)
	}
	if want := (server{Host: "localhost", Port: 1}); got.Servers[0] != want {
		t.Errorf("servers[0] = %+v, want %+v", got.Servers[0], want)
	}
	if want := (server{Host: "b", Port: 9092}); got.Servers[1] != want {
		t.Errorf("servers[1] = %+v, want %+v", got.Servers[1], want)
	}
	if want := (server{Host: "localhost", Port: 9092, Verbose: true}); got.Main == nil || *got.Main != want {
		t.Errorf("main = %+v, want %+v", got.Main, want)
	}
	if want := (server{Host: "localhost", Port: 9092, Share: 0.5}); got.Named["x"] != want {
		t.Errorf("named = %+v, want %+v", got.Named["x"], want)
	}
}
