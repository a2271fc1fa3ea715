package yamlfile

// Names reports whether the file has the key at all, be it with a value or with null: a catalog tells what AWS does not
// publish (null) from what was forgotten.
func (d *Document) Names(field string) bool {
	_, ok := d.at[field]
	return ok
}
