package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/prompb"

	"github.com/mskfit/mskfit/internal/promclient"
)

// mostSplits bounds how many requests are spent on finding the values of a batch that a server refuses.
const mostSplits = 64

// write sends what the entries complete. What is not over yet is kept, and is lost in a crash.
func (e *external) write(ctx context.Context, entries []*entry) (refused int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	open := maps.Clone(e.open) // the entries come again when they cannot be sent
	var rows []row
	for _, one := range entries {
		complete, err := open.add(one)
		if err != nil {
			return 0, err
		}
		rows = append(rows, complete...)
	}
	refused, err = e.send(ctx, rows)
	if err == nil {
		e.open = open
	}
	return refused, err
}

// flush sends the five minutes that end before a minute.
func (e *external) flush(ctx context.Context, minute int64) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	open := maps.Clone(e.open)
	rows, err := open.before(minute)
	if err == nil {
		_, err = e.send(ctx, rows)
	}
	if err == nil {
		e.open = open
	}
	return err
}

// maintain sends the five minutes of sources that fell silent.
func (e *external) maintain(ctx context.Context, now time.Time) error {
	return e.flush(ctx, now.Add(-2*time.Minute).Unix()/60)
}

// rowsPerRequest is how many values are sent in one request.
const rowsPerRequest = 5_000

// send sends the rows. Prometheus refuses a whole request for one value that it does not take (out of order, too old,
// there already with another value); the request is then halved until the bad values are found.
func (e *external) send(ctx context.Context, rows []row) (refused int, err error) {
	for part := range slices.Chunk(rows, rowsPerRequest) {
		splits := mostSplits
		n, err := e.writeHalves(ctx, part, &splits)
		refused += n
		if err != nil {
			return refused, err
		}
	}
	return refused, nil
}

func (e *external) writeHalves(ctx context.Context, rows []row, splits *int) (refused int, err error) {
	err = e.sendOnce(ctx, rows)
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

func (e *external) sendOnce(ctx context.Context, rows []row) error {
	body, err := (&prompb.WriteRequest{Timeseries: timeseries(rows, e.replica)}).Marshal()
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
		return fmt.Errorf("remote write: %s: the server does not accept remote write at write_url (Prometheus needs --web.enable-remote-write-receiver)", resp.Status)
	}
	return fmt.Errorf("remote write: %s: %s", resp.Status, answer)
}

// timeseries groups the rows by series, in the order of their first row.
func timeseries(rows []row, replica string) []prompb.TimeSeries {
	var out []prompb.TimeSeries
	at := map[metricID]int{}
	for _, r := range rows {
		i, ok := at[r.id]
		if !ok {
			i = len(out)
			at[r.id] = i
			out = append(out, prompb.TimeSeries{Labels: labelled(r.id.labels(), replica)})
		}
		out[i].Samples = append(out[i].Samples, prompb.Sample{Timestamp: r.t, Value: r.v})
	}
	return out
}
