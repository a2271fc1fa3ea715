package yamlfile

import "fmt"

// Names reports whether the file has the key at all, be it with a value or with null: a catalog says what AWS does not
// publish (null) from what was forgotten.
func (d *Document) Names(field string) bool {
	_, ok := d.at[field]
	return ok
}

// Few lists the first five names and how many more there are.
func Few(all []string) string {
	const most = 5
	out := ""
	for i, name := range all[:min(len(all), most)] {
		if i > 0 {
			out += ", "
		}
		out += name
	}
	if more := len(all) - most; more > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	return out
}
