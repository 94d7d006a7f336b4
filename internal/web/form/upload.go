package form

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"kept/fault"
)

// uploadRoom is how much the form around a file may take, and uploadWord how
// long the words before it are.
const (
	uploadRoom = 64 << 10
	uploadWord = 40
)

// Upload is a form with a file, up to where the file begins: it is read as it
// comes and never kept in a file of the machine's. So what has to be known
// before stands before it in the form.
type Upload struct {
	Words map[string]string // by field
	File  *multipart.Part
}

// ReadUpload reads a form up to its field "file", whose content may have so
// many bytes. Fault Invalid (file) for what is no form with a file.
func ReadUpload(w http.ResponseWriter, r *http.Request, most int64) (Upload, error) {
	r.Body = http.MaxBytesReader(w, r.Body, most+uploadRoom)
	parts, err := r.MultipartReader()
	if err != nil {
		return Upload{}, fault.BadField("file", "format", "this is no form with a file")
	}
	u := Upload{Words: map[string]string{}}
	for len(u.Words) <= uploadRoom/uploadWord {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		if part.FormName() == "file" {
			u.File = part
			return u, nil
		}
		text, _ := io.ReadAll(io.LimitReader(part, uploadWord)) // a word that breaks off is none that is known
		u.Words[part.FormName()] = strings.ReplaceAll(strings.ToValidUTF8(string(text), ""), "\x00", "")
	}
	return u, fault.BadField("file", "required", "choose a file")
}

// TooLarge gives the fault of a file that has more bytes than ReadUpload allowed
// in the place of the error with which reading it ended; others it leaves.
func TooLarge(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.BadField("file", "file_size", "is too large")
	}
	return err
}
