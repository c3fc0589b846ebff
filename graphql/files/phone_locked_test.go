package files

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
)

const phonePassword = ")(#$1HsD"

// lockedArchives were made by pyzipper, which is not ours: AES-256 deflated, AES-128 stored.
var lockedArchives = []string{"testdata/locked.zip", "testdata/locked-128.zip"}

func archiveOf(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func unpacked(archive []byte, password string) (*phoneForm, error) {
	form := &phoneForm{password: password, withPictures: true, pictures: pictures{}}
	return form, form.unpack(bytes.NewReader(archive), int64(len(archive)))
}

func TestLockedArchives(t *testing.T) {
	for _, name := range lockedArchives {
		archive := archiveOf(t, name)
		form, err := unpacked(archive, phonePassword)
		if err != nil || len(form.documents) != 1 || form.documents[0].name != "renewal.json" || !strings.HasPrefix(string(form.documents[0].content), `{"Policy":{"RenewalId":"999999"`) {
			t.Errorf("%s: %+v, %v", name, form, err)
		}
		if _, err := unpacked(archive, "guess"); core.CodeOf(err) != core.Invalid || !strings.Contains(err.Error(), "another password") {
			t.Errorf("%s, another password: %v", name, err)
		}
		damaged := bytes.Clone(archive)
		at := bytes.Index(damaged, []byte("renewal.json")) + 60 // within what is locked
		damaged[at] ^= 1
		if _, err := unpacked(damaged, phonePassword); core.CodeOf(err) != core.Invalid || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s, damaged: %v", name, err)
		}
	}
}

// Whatever archive comes, it ends with documents or a fault that is the client's.
func FuzzArchive(f *testing.F) {
	for _, name := range lockedArchives {
		f.Add(archiveOf(f, name))
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		if _, err := unpacked(archive, phonePassword); err != nil && core.CodeOf(err) != core.Invalid {
			t.Errorf("%s: %v", core.CodeOf(err), err)
		}
	})
}
