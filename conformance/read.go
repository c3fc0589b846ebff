package conformance

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// maxScript bounds a script or fixture file.
const maxScript = 10 << 20

// Load reads one TestScript, JSON or XML. Errors: core.Invalid when the file cannot be
// read, is neither, or holds another resource.
func Load(file string) (*Script, error) {
	data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	script, err := Parse(data)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, file, "%v", err)
	}
	script.File = file
	if script.Name == "" {
		script.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	return script, nil
}

// Parse reads the text of a TestScript, JSON or XML, of R4 or as STU3 and R5 spell it.
// Errors: core.Invalid.
func Parse(data []byte) (*Script, error) {
	data = withoutMark(data)
	tree, err := parseTree(data)
	if err != nil {
		return nil, err
	}
	if got := tree.String("resourceType"); got != "TestScript" {
		return nil, core.Errorf(core.Invalid, "it holds %q, not a TestScript", got)
	}
	return decodeScript(tree)
}

func parseTree(data []byte) (*fhir.Object, error) {
	if isXML(data) {
		return parseXML(data)
	}
	return fhir.ParseJSON(data)
}

func isXML(data []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("<")) }

func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\uFEFF")) }

// Find lists the files that hold a TestScript under the paths, in order. A path that is a
// file has to hold one; below a folder other files, such as fixtures, are passed over.
// Errors: core.Invalid for a path that is not there, or a folder without any script.
func Find(paths ...string) ([]string, error) {
	var files []string
	for _, path := range paths {
		found, err := findBelow(path)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, core.ErrorAt(core.Invalid, path, "no TestScript is in this folder: give a file or folder that holds TestScripts in JSON or XML")
		}
		files = append(files, found...)
	}
	return files, nil
}

func findBelow(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, path, "it cannot be read: give a file or folder that holds TestScripts")
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && isScript(file) {
			files = append(files, file)
		}
		return err
	})
	sort.Strings(files)
	return files, core.Wrap(core.Invalid, err, "the folder cannot be read")
}

// isScript tells whether the file is a TestScript, by its own word and without reading
// it whole as one, so that a damaged script is found and then complained about.
func isScript(file string) bool {
	switch filepath.Ext(file) {
	case ".json", ".xml":
	default:
		return false
	}
	data, err := readFile(file)
	if err != nil {
		return false
	}
	if isXML(data) {
		return bytes.Contains(data[:min(len(data), 4096)], []byte("<TestScript"))
	}
	tree, err := fhir.ParseJSON(withoutMark(data))
	return err == nil && tree.String("resourceType") == "TestScript"
}

func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, file, "it cannot be read: is the path right?")
	}
	if info.Size() > maxScript {
		return nil, core.ErrorAt(core.Invalid, file, "it is larger than %d bytes", maxScript)
	}
	data, err := os.ReadFile(file)
	return data, core.Wrap(core.Invalid, err, "%s cannot be read", file)
}
