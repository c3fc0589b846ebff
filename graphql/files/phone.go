package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// The bounds of what phones hand over at once.
const (
	mostDocuments = 500
	mostEntries   = 2000     // of one archive
	mostOfFile    = 5 << 20  // bytes of a document or picture, once unpacked
	mostUnpacked  = 40 << 20 // bytes of all of them
)

// phoneFile is a document or picture as it was sent.
type phoneFile struct {
	name    string
	content []byte
}

// phoneForm is what a form of the UI brings from phones.
type phoneForm struct {
	withPictures bool
	password     string // of archives
	documents    []phoneFile
	pictures     pictures
	size         int // bytes of them all
}

// pictures are photographs by the small letters of their name without its folder.
type pictures map[string]*photograph

type photograph struct {
	phoneFile
	named bool // by a document
}

// of gives the picture with the name, nil where there is none.
func (p pictures) of(name string) []byte {
	found := p[strings.ToLower(name)]
	if found == nil {
		return nil
	}
	found.named = true
	return found.content
}

// phoneFiles reads the files of a form, and those of zip archives among them; pictures only
// where they are wanted. Errors: core.Invalid at file.
func phoneFiles(r *http.Request, withPictures bool, password string) (*phoneForm, error) {
	if err := formOf(r); err != nil {
		return nil, err
	}
	defer r.MultipartForm.RemoveAll()
	form := &phoneForm{withPictures: withPictures, password: password, pictures: pictures{}}
	for _, headers := range r.MultipartForm.File {
		for _, header := range headers {
			if err := form.take(header); err != nil {
				return nil, err
			}
		}
	}
	if len(form.documents) == 0 {
		return nil, core.ErrorAt(core.Invalid, "file", "the form has no file")
	}
	slices.SortStableFunc(form.documents, func(a, b phoneFile) int { return strings.Compare(a.name, b.name) })
	return form, nil
}

// take reads a file of the form.
func (f *phoneForm) take(header *multipart.FileHeader) error {
	file, err := header.Open()
	if err != nil {
		return core.ErrorAt(core.Invalid, "file", "the file cannot be read")
	}
	defer file.Close()
	start := make([]byte, 2)
	if _, err := io.ReadFull(file, start); err == nil && string(start) == "PK" {
		return f.unpack(file, header.Size)
	}
	return f.add(header.Filename, false, io.MultiReader(bytes.NewReader(start[:min(header.Size, 2)]), file))
}

// unpack reads the XML and JSON of an archive, and the pictures.
func (f *phoneForm) unpack(file io.ReaderAt, size int64) error {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return core.ErrorAt(core.Invalid, "file", "the archive cannot be read")
	}
	if len(archive.File) > mostEntries {
		return core.ErrorAt(core.Invalid, "file", "the archive has more than %d files", mostEntries)
	}
	for _, entry := range archive.File {
		if !isDocument(entry.Name) && !f.withPictures || entry.FileInfo().IsDir() {
			continue
		}
		content, err := f.open(entry)
		if err != nil {
			return err
		}
		err = f.add(entry.Name, true, content)
		content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// open opens a file of an archive, which may be locked.
func (f *phoneForm) open(entry *zip.File) (content io.ReadCloser, err error) {
	if entry.Flags&1 != 0 {
		content, err = unlocked(entry, f.password)
	} else {
		content, err = entry.Open()
	}
	switch {
	case errors.Is(err, errPassword):
		return nil, core.ErrorAt(core.Invalid, "file", "the archive is locked with another password than this server knows; unpack it and send what is in it")
	case err != nil:
		return nil, core.ErrorAt(core.Invalid, "file", "%.80q in the archive cannot be read: %v", entry.Name, err)
	}
	return content, nil
}

func isDocument(name string) bool {
	ending := strings.ToLower(path.Ext(name))
	return ending == ".xml" || ending == ".json"
}

// add keeps a document, or a picture by its first signs. What is neither is passed over in
// an archive.
func (f *phoneForm) add(name string, packed bool, from io.Reader) error {
	content, err := io.ReadAll(io.LimitReader(from, mostOfFile+1))
	f.size += len(content)
	switch {
	case err != nil:
		return core.ErrorAt(core.Invalid, "file", "%.80q cannot be read", name)
	case len(content) > mostOfFile:
		return core.ErrorAt(core.Invalid, "file", "%.80q is longer than %d bytes", name, mostOfFile)
	case f.size > mostUnpacked:
		return core.ErrorAt(core.Invalid, "file", "the files are longer than %d bytes, once unpacked", mostUnpacked)
	case f.withPictures && !isDocument(name) && isPicture(content):
		f.pictures[strings.ToLower(path.Base(name))] = &photograph{phoneFile: phoneFile{path.Base(name), content}}
		return nil
	case packed && !isDocument(name):
		return nil
	case len(f.documents) == mostDocuments:
		return core.ErrorAt(core.Invalid, "file", "there are more than %d documents", mostDocuments)
	}
	f.documents = append(f.documents, phoneFile{name, content})
	return nil
}

func isPicture(content []byte) bool {
	return strings.HasPrefix(http.DetectContentType(content), "image/")
}
