package conformance

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Script is one TestScript as the runner needs it. Field names are those of the resource.
type Script struct {
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Fixtures    []Fixture  `json:"fixture"`
	Variables   []Variable `json:"variable"`
	Setup       Phase      `json:"setup"`
	Tests       []Test     `json:"test"`
	Teardown    Phase      `json:"teardown"`

	Contained []json.RawMessage `json:"contained"`

	File string `json:"-"` // where it was read from; relative fixtures start there
}

// Fixture is a resource a script sends or compares with. The resource is named by a
// reference (a file beside the script, or #id of a contained resource) or, as some public
// suites do, given in place.
type Fixture struct {
	ID         string          `json:"id"`
	Autocreate bool            `json:"autocreate"`
	Autodelete bool            `json:"autodelete"`
	Resource   json.RawMessage `json:"resource"`
}

// Variable is a value taken from a fixture or response, for ${name} in later actions.
type Variable struct {
	Name         string `json:"name"`
	DefaultValue string `json:"defaultValue"`
	Expression   string `json:"expression"`
	HeaderField  string `json:"headerField"`
	Path         string `json:"path"`
	SourceID     string `json:"sourceId"`
}

// Test is one named test; it counts as one in the result.
type Test struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Actions     []Action `json:"action"`
}

// Phase is setup or teardown.
type Phase struct {
	Actions []Action `json:"action"`
}

// Action is an operation or an assertion.
type Action struct {
	Operation *Operation `json:"operation"`
	Assert    *Assert    `json:"assert"`
}

// Operation is one request.
type Operation struct {
	Type struct {
		Code string `json:"code"`
	} `json:"type"`
	Resource      string   `json:"resource"`
	Label         string   `json:"label"`
	Description   string   `json:"description"`
	Accept        string   `json:"accept"`
	ContentType   string   `json:"contentType"`
	Method        string   `json:"method"`
	Params        string   `json:"params"`
	RequestHeader []Header `json:"requestHeader"`
	ResponseID    string   `json:"responseId"`
	SourceID      string   `json:"sourceId"`
	TargetID      string   `json:"targetId"`
	URL           string   `json:"url"`
}

// Header is a request header.
type Header struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// Assert is one assertion, by default on the last response.
type Assert struct {
	Label                     string `json:"label"`
	Description               string `json:"description"`
	Direction                 string `json:"direction"`
	CompareToSourceID         string `json:"compareToSourceId"`
	CompareToSourceExpression string `json:"compareToSourceExpression"`
	CompareToSourcePath       string `json:"compareToSourcePath"`
	ContentType               string `json:"contentType"`
	Expression                string `json:"expression"`
	HeaderField               string `json:"headerField"`
	MinimumID                 string `json:"minimumId"`
	NavigationLinks           *bool  `json:"navigationLinks"`
	Operator                  string `json:"operator"`
	Path                      string `json:"path"`
	RequestMethod             string `json:"requestMethod"`
	RequestURL                string `json:"requestURL"`
	Resource                  string `json:"resource"`
	Response                  string `json:"response"`
	ResponseCode              string `json:"responseCode"`
	SourceID                  string `json:"sourceId"`
	ValidateProfileID         string `json:"validateProfileId"`
	Value                     string `json:"value"`
	WarningOnly               bool   `json:"warningOnly"`
}

// maxScript bounds a script or fixture file.
const maxScript = 10 << 20

// Load reads one TestScript in JSON. Errors: the file cannot be read, is no JSON, or
// holds another resource.
func Load(file string) (*Script, error) {
	data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	var kind struct {
		ResourceType string `json:"resourceType"`
	}
	if err := json.Unmarshal(data, &kind); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if kind.ResourceType != "TestScript" {
		return nil, fmt.Errorf("%s: holds %q, not a TestScript", file, kind.ResourceType)
	}
	script := &Script{File: file}
	if err := json.Unmarshal(data, script); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if script.Name == "" {
		script.Name = strings.TrimSuffix(filepath.Base(file), ".json")
	}
	return script, nil
}

// Find lists the files that hold a TestScript under the paths, in order. A path that is a
// file has to hold one; below a folder other JSON files, such as fixtures, are passed over.
func Find(paths ...string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(file) == ".json" && isScript(file) {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	sort.Strings(files)
	return files, nil
}

func isScript(file string) bool {
	data, err := readFile(file)
	if err != nil {
		return false
	}
	var kind struct {
		ResourceType string `json:"resourceType"`
	}
	return json.Unmarshal(data, &kind) == nil && kind.ResourceType == "TestScript"
}

func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxScript {
		return nil, fmt.Errorf("%s: larger than %d bytes", file, maxScript)
	}
	return os.ReadFile(file)
}
