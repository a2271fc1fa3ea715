package post

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/secret"
)

func TestErrorsOfTheNetworkSayWhatToLookAt(t *testing.T) {
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	private := httptest.NewUnstartedServer(nil)
	private.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports every handshake that ends
	private.StartTLS()
	defer private.Close()
	plain := httptest.NewServer(nil)
	defer plain.Close()
	for to, want := range map[string]string{
		"http://127.0.0.1:1":              "nothing is listening on this port: check host and port",
		slow.URL:                          "no answer in time",
		"http://nowhere.invalid":          "no such host nowhere.invalid: check the address",
		private.URL:                       "set SSL_CERT_FILE",
		"https" + plain.URL[len("http"):]: "write the address with http://",
	} {
		patience := 30 * time.Second
		if to == slow.URL {
			patience = 500 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := Send(ctx, Client(time.Minute), secret.New(to), nil, nil)
		cancel()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %q", to, err, want)
		}
	}
	other := errors.New("other")
	if got := Explain(other); got.Error() != "other" || Explain(nil) != nil {
		t.Errorf("an error that is not the network's was changed into %v", got)
	}
}
