package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"

	"github.com/mskfit/mskfit/internal/promclient"
)

// mostSplits bounds how many requests are spent on finding the values of a batch that a server refuses.
const mostSplits = 64

// write sends the rows. Prometheus refuses a whole request for one value that it does not take (out of order, too old,
// there already with another value); the request is then halved until the bad values are found.
func (e *external) write(ctx context.Context, rows []row) (refused int, err error) {
	splits := mostSplits
	return e.writeHalves(ctx, rows, &splits)
}

func (e *external) writeHalves(ctx context.Context, rows []row, splits *int) (refused int, err error) {
	err = e.send(ctx, rows)
	var refusal *refusedError
	if !errors.As(err, &refusal) {
		return 0, err
	}
	if len(rows) == 1 || *splits <= 0 {
		return len(rows), nil
	}
	*splits -= 2
	for _, half := range [][]row{rows[:len(rows)/2], rows[len(rows)/2:]} {
		n, err := e.writeHalves(ctx, half, splits)
		if err != nil {
			return 0, err
		}
		refused += n
	}
	return refused, nil
}

// refusedError: the server understood the values and does not take them; sending them again is no use.
type refusedError struct{ message string }

func (e *refusedError) Error() string { return e.message }

func (e *external) send(ctx context.Context, rows []row) error {
	body, err := (&prompb.WriteRequest{Timeseries: timeseries(rows)}).Marshal()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.writeURL, bytes.NewReader(snappy.Encode(nil, body)))
	if err != nil {
		return promclient.WithoutURL(err)
	}
	req.Header.Set("Content-Encoding", "snappy")
	req.Header.Set("Content-Type", "application/x-protobuf")
	req.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	resp, err := e.do(req)
	if err != nil {
		return fmt.Errorf("remote write: %w", err)
	}
	defer resp.Body.Close()
	answer := promclient.FirstLine(resp.Body)
	switch resp.StatusCode / 100 {
	case 2:
		return nil
	}
	switch resp.StatusCode {
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
		return &refusedError{answer}
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("remote write: %s: check the credentials of history.external: %s", resp.Status, answer)
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fmt.Errorf("remote write: %s: the server takes no remote write at write_url (Prometheus needs --web.enable-remote-write-receiver)", resp.Status)
	}
	return fmt.Errorf("remote write: %s: %s", resp.Status, answer)
}

// timeseries groups the rows by series, in the order of their first row.
func timeseries(rows []row) []prompb.TimeSeries {
	var out []prompb.TimeSeries
	at := map[seriesID]int{}
	for _, r := range rows {
		i, ok := at[r.id]
		if !ok {
			i = len(out)
			at[r.id] = i
			ts := prompb.TimeSeries{}
			r.id.labels().Range(func(l labels.Label) { ts.Labels = append(ts.Labels, prompb.Label{Name: l.Name, Value: l.Value}) })
			out = append(out, ts)
		}
		out[i].Samples = append(out[i].Samples, prompb.Sample{Timestamp: r.t, Value: r.v})
	}
	return out
}

// maintain has nothing to do: the server keeps its own house.
func (e *external) maintain(context.Context, time.Time) error { return nil }
