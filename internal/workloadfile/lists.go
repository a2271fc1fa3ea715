package workloadfile

import "github.com/mskfit/mskfit/internal/yamlfile"

// Topics is a number of topics or the list of them; at most one of the two is set.
type Topics struct {
	Count *int
	List  []Topic
}

// Choose reads a number into Count and a list into List.
func (t *Topics) Choose(form yamlfile.Form) (into any, expected string) {
	return countOrList(form, &t.Count, &t.List, "the number of topics or a list of topics")
}

// Groups is a number of consumer groups or the list of them; at most one of the two is set.
type Groups struct {
	Count *int
	List  []Group
}

// Choose reads a number into Count and a list into List.
func (g *Groups) Choose(form yamlfile.Form) (into any, expected string) {
	return countOrList(form, &g.Count, &g.List, "the number of consumer groups or a list of groups")
}

func countOrList(form yamlfile.Form, count, list any, expected string) (any, string) {
	switch form {
	case yamlfile.Single:
		return count, expected
	case yamlfile.List:
		return list, expected
	}
	return nil, expected
}
