package prometheus

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/mskfit/mskfit/internal/promclient"
	"github.com/mskfit/mskfit/internal/workload"
)

// pagesAtOnce is how many brokers are read at the same time.
const pagesAtOnce = 16

func (s *PageSource) readAll(ctx context.Context) []answer {
	answers := make([]answer, len(s.targets))
	slots := make(chan struct{}, pagesAtOnce)
	var wait sync.WaitGroup
	for i, t := range s.targets {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			answers[i] = s.readBroker(ctx, t)
		})
	}
	wait.Wait()
	return answers
}

// readerFor knows how the exporter calls things, from the first page that shows it. Pages are read side by side.
func (s *PageSource) readerFor(body []byte, contentType string) (reader, error) {
	s.naming.Lock()
	defer s.naming.Unlock()
	if s.reader.names == nil && len(s.candidates) == 1 {
		s.reader.names = &s.candidates[0]
	}
	if s.reader.names == nil {
		n, err := recognize(body, contentType, s.reader.match, s.candidates)
		if err != nil {
			return reader{}, err
		}
		s.reader.names = n
	}
	return s.reader, nil
}

func (s *PageSource) readBroker(ctx context.Context, t target) (a answer) {
	sent := s.now()
	body, contentType, err := s.fetch(ctx, t.jmx)
	took := s.now().Sub(sent)
	if err != nil {
		return answer{err: err}
	}
	r, err := s.readerFor(body, contentType)
	if err == nil {
		a.page, err = r.read(body, contentType)
	}
	if err != nil {
		return answer{err: fmt.Errorf("read %s: %w", t.jmx, err)}
	}
	// The counters are read somewhere between the request and the end of the answer.
	a.page.at, a.page.blur = sent.Add(took/2), took/2
	if t.node == "" {
		return a
	}
	body, contentType, err = s.fetch(ctx, t.node)
	if err == nil {
		machine := &page{}
		err = eachSeries(body, contentType, nil, machine.node.take)
		a.page.node = machine.node
	}
	if err != nil {
		a.page.node = node{}
		a.node = fmt.Errorf("read %s: %w", t.node, err)
	}
	return a
}

// fetch gets a page of bounded size.
func (s *PageSource) fetch(ctx context.Context, address string) (body []byte, contentType string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, "", promclient.WithoutURL(err)
	}
	req.Header.Set("Accept", "text/plain;version=0.0.4;q=1,*/*;q=0.1")
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("%s: %s: %s", address, resp.Status, promclient.FirstLine(resp.Body))
	}
	most := int64(s.cfg.MaxPage)
	body, err = io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("%s: %w", address, promclient.WithoutURL(err))
	case int64(len(body)) > most:
		return nil, "", fmt.Errorf("%s: the page is longer than max_page (%s)", address, workload.FormatBytes(float64(most)))
	}
	return body, resp.Header.Get("Content-Type"), nil
}
