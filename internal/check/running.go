package check

// problems are those that a running daemon reports about itself: it may know more than can be tried beside it.
func (c *checker) problems() []Result {
	if c.running == nil {
		return nil
	}
	var out []Result
	for _, p := range c.running.Problems {
		r := Result{Part: "running mskfit", What: p.Part, State: Failed, Detail: p.Why}
		if p.Since != nil {
			r.Detail = "since " + p.Since.UTC().Format("2006-01-02 15:04 UTC") + ": " + p.Why
		}
		out = append(out, r)
	}
	return out
}
