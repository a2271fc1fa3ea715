package agent

import "sync"

// failures counts how often in a row each job has failed. It is safe for concurrent use; the zero value is ready.
type failures struct {
	mu sync.Mutex
	of map[failureKey]int
}

type failureKey struct {
	job     Job
	cluster string
	missed  bool
}

// count takes in one turn. It returns how many of its kind there were in a row, this one included (0 for a turn that went
// well), and how many failures it ended.
func (f *failures) count(r Run) (n, ended int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of == nil {
		f.of = map[failureKey]int{}
	}
	key := failureKey{r.Job, r.Cluster, r.Missed}
	if r.Err != nil || r.Missed {
		f.of[key]++
		return f.of[key], 0
	}
	ended = f.of[key]
	delete(f.of, key)
	delete(f.of, failureKey{r.Job, r.Cluster, true})
	return 0, ended
}
