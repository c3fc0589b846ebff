package files

import (
	"encoding/json"
	"net/http"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Desk is where files are handed out and taken in.
type Desk struct {
	Store    *persistence.Store
	PhotoURL string // address photographs that are not in the database are served under; "" for none

	ArchivePassword string // archives of phones are locked with

	// The use cases of what phones hand in.
	Claims     scheme.Claims
	Insurees   scheme.Insurees
	Policies   scheme.Policies
	Enrolments scheme.Enrolments

	previews previews
}

// Route is one verb on one path. The principal of the request's context has one of the
// rights when Handle is called.
type Route struct {
	Method, Path string
	Rights       []int
	Summary      string
	Handle       func(w http.ResponseWriter, r *http.Request) error // errors are core.Error

	// What the audit calls it: reading a person's data is told there.
	Interaction, Type string
}

// Routes lists what the desk does. A path that ends in * stands for all below it.
func (d *Desk) Routes() []Route {
	routes := []Route{
		{"GET", "/photos/*", []int{101101}, "the photograph of an insured person", d.photo, "read", "Media"},
		{"GET", "/api/claim/attach", []int{111001}, "a document attached to a claim", d.attachment, "read", "DocumentReference"},
	}
	for _, register := range registers {
		routes = append(routes,
			Route{"GET", "/api/tools/registers/download_" + register.name, []int{register.download}, register.what + " as XML", d.download(register), "", ""},
			Route{"POST", "/api/tools/registers/upload_" + register.name, []int{register.upload}, register.what + " from XML", d.upload(register), "", ""})
	}
	for _, register := range imports {
		routes = append(routes, Route{"POST", "/api/tools/imports/" + register.name, []int{register.upload}, register.what + " from a table", d.upload(register), "", ""})
	}
	people := register{name: "insurees", what: "insured persons", upload: rightEnrol, read: imported(d.storePeople)}
	routes = append(routes, Route{"POST", "/api/im_export/imports/insurees", []int{people.upload}, people.what + " from a table", d.upload(people), "", ""})
	for _, export := range exports {
		routes = append(routes, Route{"GET", "/api/" + export.path, []int{export.right}, export.what + " as a table", d.table(export), export.audited, ""})
	}
	routes = append(routes, Route{"GET", "/api/tools/extracts/download_master_data", []int{rightMasterData}, "the registers a phone needs to enrol people, as a zip archive", d.masterDataFile, "", ""},
		Route{"GET", "/api/tools/extracts/download_feedbacks", []int{rightOfficerExtract}, "the patients an officer is to ask, as a zip archive", d.ofOfficer("feedbacks", feedbackPrompts), "$feedbacks", ""},
		Route{"GET", "/api/tools/extracts/download_renewals", []int{rightOfficerExtract}, "the policies an officer is to renew, as a zip archive", d.ofOfficer("renewals", renewalPrompts), "$renewals", ""})
	for _, upload := range phoneUploads {
		routes = append(routes, Route{"POST", "/api/tools/extracts/upload_" + upload.name, []int{upload.right}, upload.what + ", from XML or JSON, also in a zip archive", d.handIn(upload), "", ""})
	}
	return append(routes, d.papers()...)
}

// attach marks the answer as a file to keep, not to show: what somebody once uploaded must
// not run as a page of this site.
func attach(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", disposition(name))
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, value any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(value)
}
