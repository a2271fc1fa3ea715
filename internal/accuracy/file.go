package accuracy

import "github.com/mskfit/mskfit/internal/measure"

// Read reads the figures. Where the file is missing, the error is an [os.ErrNotExist].
func Read(file string) (d Document, err error) {
	err = measure.Read(file, &d)
	return d, err
}

// Write writes the figures, and the document that is made of them beside it.
func (d Document) Write(file string) error { return measure.Write(file, d, d.Markdown()) }

// UpToDate returns an error if the document beside the figures is not what they make.
func (d Document) UpToDate(file string) error { return measure.UpToDate(file, d.Markdown()) }
