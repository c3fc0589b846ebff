package core

import "runtime/debug"

// Version is the semantic version of the program and of the modules it comes with.
const Version = "0.1.0"

// Build gives the commit the program was built from, "" when the build does not know it.
func Build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var revision, dirty string
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	return revision + dirty
}
