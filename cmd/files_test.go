package cmd_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"mime/multipart"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// uploadAnswer is what the UI shows of an upload.
type uploadAnswer struct {
	Success bool
	Data    *struct{ Sent, Created, Updated, Deleted int }
	Errors  []string
	Error   string
}

func demoOnSQLite(t *testing.T) *server.Server {
	t.Helper()
	return demoOn(t, persistencetest.SQLite(t))
}

func demoOn(t *testing.T, store *persistence.Store) *server.Server {
	t.Helper()
	if _, err := demo.Generate(persistencetest.System(t), store, demo.Options{}); err != nil {
		t.Fatal(err)
	}
	return assemble(t, store, nil)
}

// upload sends a file as the form of the UI does; fields are name and value in turn.
func upload(t *testing.T, s *server.Server, user, register, file string, fields ...string) (int, uploadAnswer) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		_ = form.WriteField(fields[i], fields[i+1])
	}
	if file != "" {
		part, _ := form.CreateFormFile("file", "register.xml")
		_, _ = part.Write([]byte(file))
	}
	_ = form.Close()
	if !strings.Contains(register, "/") {
		register = "registers/upload_" + register
	}
	target := "/api/tools/" + register
	if strings.HasPrefix(register, "/") {
		target = register
	}
	r := httptest.NewRequest("POST", target, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	name, password, _ := strings.Cut(user, ":")
	r.SetBasicAuth(name, password)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var out uploadAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Code, out
}

// What a register is downloaded as is uploaded again without a change; what is changed in
// it arrives; what is at fault is named.
func TestRegistersAsXML(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for register, change := range map[string][2]string{
			"diagnoses":        {"</Diagnoses>", "<Diagnosis><DiagnosisCode>ZZ9</DiagnosisCode><DiagnosisName>Homesick</DiagnosisName></Diagnosis></Diagnoses>"},
			"healthfacilities": {"Amberfield Hospital", "Amberfield Clinic"},
			"items":            {"<ItemName>", "<ItemName>Better "},
			"services":         {"<ServicePrice>", "<ServicePrice>1"},
			"locations":        {"</Villages>", "<Village><MunicipalityCode>none</MunicipalityCode><VillageCode>ZZ9</VillageCode><VillageName>Nowhere</VillageName></Village></Villages>"},
		} {
			w := call{target: "/api/tools/registers/download_" + register, user: "Admin:admin123"}.on(s)
			if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/xml") || w.Header().Get("Content-Disposition") != "attachment; filename="+register+".xml" {
				t.Fatalf("%s: %d %v", register, w.Code, w.Header())
			}
			code, same := upload(t, s, "Admin:admin123", register, w.Body.String(), "strategy", "INSERT_UPDATE_DELETE", "dry_run", "false")
			if code != 200 || !same.Success || same.Data.Sent < 5 || same.Data.Created+same.Data.Updated+same.Data.Deleted != 0 {
				t.Errorf("%s uploaded again: %d %+v %+v", register, code, same, same.Data)
			}
			changed := strings.Replace(w.Body.String(), change[0], change[1], 1)
			for _, dry := range []string{"true", "false"} {
				code, out := upload(t, s, "Admin:admin123", register, changed, "strategy", "INSERT_UPDATE", "dry_run", dry)
				want := uploadAnswer{Success: register != "locations"}
				if code != 200 || out.Success != want.Success || out.Success && out.Data.Created+out.Data.Updated != 1 {
					t.Errorf("%s changed, dry run %s: %d %+v %+v", register, dry, code, out, out.Data)
				}
				if !out.Success && (len(out.Errors) != 1 || !strings.Contains(out.Errors[0], `ZZ9: ParentLocationId: there is no ward with the code "none"`)) {
					t.Errorf("%s: %q", register, out.Errors)
				}
				after := call{target: "/api/tools/registers/download_" + register, user: "Admin:admin123"}.on(s).Body.String()
				if kept := after != w.Body.String(); kept != (dry == "false" && out.Success) {
					t.Errorf("%s after dry run %s: changed is %v", register, dry, kept)
				}
			}
		}
	})
}

func TestUploadsAreRefusedInWords(t *testing.T) {
	s := demoOnSQLite(t)
	const good = "<Diagnoses/>"
	for _, c := range []struct {
		name, user, file string
		fields           []string
		code             int
		says             string
	}{
		{"nothing in it", "Admin:admin123", good, []string{"strategy", "INSERT"}, 200, ""},
		{"no file", "Admin:admin123", "", []string{"strategy", "INSERT"}, 400, "file: the form has no file"},
		{"no strategy", "Admin:admin123", good, nil, 400, `strategy: "" is none of INSERT`},
		{"a dry run of another kind", "Admin:admin123", good, []string{"strategy", "INSERT", "dry_run", "maybe"}, 400, `dry_run: "maybe"`},
		{"no XML", "Admin:admin123", "code,name", []string{"strategy", "INSERT"}, 400, "file: the file is not the XML of this register"},
		{"another register", "Admin:admin123", "<Locations/>", []string{"strategy", "INSERT"}, 400, "Diagnoses"},
		{"two registers", "Admin:admin123", good + good, []string{"strategy", "INSERT"}, 400, "follows the end"},
		{"an entity that grows", "Admin:admin123", `<!DOCTYPE d [<!ENTITY a "b">]><Diagnoses><Diagnosis><DiagnosisCode>&a;</DiagnosisCode></Diagnosis></Diagnoses>`, []string{"strategy", "INSERT"}, 400, "entity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out := upload(t, s, c.user, "diagnoses", c.file, c.fields...)
			if code != c.code || !strings.Contains(out.Error, c.says) || out.Success != (c.code == 200) {
				t.Errorf("%d %+v", code, out)
			}
		})
	}
	for user, want := range map[string]int{"": 401, "CA001:claims123": 403, "scheme:scheme123": 400} {
		w := call{method: "POST", target: "/api/tools/registers/upload_diagnoses", user: user, body: "x", header: map[string]string{"Content-Type": "text/xml"}}.on(s)
		if w.Code != want {
			t.Errorf("%q: %d %s", user, w.Code, w.Body)
		}
	}
}

func TestRegistersAsTables(t *testing.T) {
	s := demoOnSQLite(t)
	for path, want := range map[string]string{
		"items":                    "code,name,type,package,price,quantity,care_type,frequency,male_cat,female_cat,adult_cat,minor_cat\n",
		"services?file_format=csv": "code,name,type,level,price,category,care_type,frequency,male_cat,female_cat,adult_cat,minor_cat\n",
		"items?file_format=json":   `[{"adult_cat":"`,
	} {
		w := call{target: "/api/tools/exports/" + path, user: "scheme:scheme123"}.on(s)
		if w.Code != 200 || !strings.HasPrefix(w.Body.String(), want) || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%s: %d %v %.200s", path, w.Code, w.Header(), w.Body)
		}
	}
	for _, path := range []string{"tools/exports/items", "tools/exports/services", "im_export/exports/insurees"} {
		w := call{target: "/api/" + path + "?file_format=csv", user: "Admin:admin123"}.on(s)
		want, err := csv.NewReader(w.Body).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		w = call{target: "/api/" + path + "?file_format=xlsx", user: "Admin:admin123"}.on(s)
		book, err := excelize.OpenReader(w.Body)
		if err != nil {
			t.Fatalf("%s: %d %v", path, w.Code, err)
		}
		got, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(got) != len(want) || len(got) < 10 || !slices.Equal(got[0], want[0]) || got[9][0] != want[9][0] {
			t.Errorf("%s: %d rows as XLSX, %d as CSV: %v", path, len(got), len(want), err)
		}
		if w := (call{target: "/api/" + path + "?file_format=xls", user: "Admin:admin123"}.on(s)); w.Code != 400 || !strings.Contains(w.Body.String(), "file_format") {
			t.Errorf("another form: %d %s", w.Code, w.Body)
		}
	}
	people := func(user string) int {
		return strings.Count(call{target: "/api/im_export/exports/insurees", user: user}.on(s).Body.String(), "\n")
	}
	if all, some := people("Admin:admin123"), people("EO001:officer123"); some < 2 || some >= all {
		t.Errorf("an officer gets %d of %d insured persons", some, all)
	}
	if w := (call{target: "/api/im_export/exports/insurees", user: "scheme:scheme123"}.on(s)); w.Code != 403 {
		t.Errorf("without the right: %d", w.Code)
	}
}

// What a register is handed out as in a table is taken in again without a change; a row that
// cannot be read keeps no other out.
func TestRegistersFromTables(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for _, register := range []string{"items", "services"} {
			for _, format := range []string{"csv", "xlsx"} {
				file := call{target: "/api/tools/exports/" + register + "?file_format=" + format, user: "Admin:admin123"}.on(s).Body.String()
				code, same := upload(t, s, "Admin:admin123", "imports/"+register, file)
				if code != 200 || !same.Success || same.Data.Sent < 5 || same.Data.Created+same.Data.Updated+same.Data.Deleted != 0 {
					t.Errorf("%s as %s: %d %+v %+v", register, format, code, same, same.Data)
				}
			}
		}
		table := "\ufeffcode,name,type,price,care_type,frequency,male_cat\nZZ1,'=Tea,d,2.50,o,,0\nZZ2,Nothing,X,1e9,B,daily,maybe\n"
		code, out := upload(t, s, "Admin:admin123", "imports/items", table)
		if code != 200 || out.Success || out.Data.Created != 1 {
			t.Fatalf("%d %+v %+v", code, out, out.Data)
		}
		for _, want := range []string{`row 2, ZZ2: ItemPrice: "1e9" is no number`, `row 2, ZZ2: ItemFrequency: "daily" is no number of days`, `row 2, ZZ2: ItemPatCat: "maybe" is neither 1 nor 0`, `row 2, ZZ2: ItemType: "X" is none of D, M`} {
			if !slices.ContainsFunc(out.Errors, func(e string) bool { return strings.HasPrefix(e, want) }) {
				t.Errorf("%q lacks %s", out.Errors, want)
			}
		}
		after := call{target: "/api/tools/exports/items", user: "Admin:admin123"}.on(s).Body.String()
		if !strings.Contains(after, "\nZZ1,'=Tea,D,,2.50,,O,,0,1,1,1\n") {
			t.Errorf("%s", after)
		}
		for file, want := range map[string]string{
			"": "no line with the names", "code,delete\nZZ1,1\n": `no column "delete"`, "code\n\"": "neither CSV nor XLSX", "PK\x03\x04": "no workbook", "code,name\nA\n": "neither CSV nor XLSX",
		} {
			if file == "" {
				file = "\n"
			}
			if code, out := upload(t, s, "Admin:admin123", "imports/items", file); code != 400 || !strings.Contains(out.Error, want) {
				t.Errorf("%q: %d %+v", file, code, out)
			}
		}
		if w := (call{method: "POST", target: "/api/tools/imports/items", user: "CA001:claims123"}).on(s); w.Code != 403 {
			t.Errorf("without the right: %d", w.Code)
		}
	})
}

// A photograph is seen by who may see the person, as the picture it is.
func TestPhotographs(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		pixel := "\x89PNG\r\n\x1a\nrest"
		var person persistence.Insuree
		keep := func(name string, data *string) {
			t.Helper()
			if err := store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				page, err := persistence.Select[persistence.Insuree](x, persistence.Query{Where: []clause.Expression{
					persistence.Text(persistence.Column("tblInsuree", "CHFID"), persistence.Same, "100001145")}, Limit: 1})
				if err != nil {
					return err
				}
				person = page.Rows[0]
				return persistence.Insert(x, &persistence.Photo{PhotoUUID: persistence.NewUUID(), InsureeID: &person.InsureeID, CHFID: person.CHFID, PhotoFileName: &name, Photo: data, PhotoDate: x.Now().Date()})
			}); err != nil {
				t.Fatal(err)
			}
		}
		encoded := func(text string) *string { text = base64.StdEncoding.EncodeToString([]byte(text)); return &text }
		keep("kept.png", encoded(pixel))
		keep("script.png", encoded("<script>alert(1)</script>"))
		keep("else where.jpg", nil)
		for _, c := range []struct {
			user, path string
			code       int
			body       string
		}{
			{"Admin:admin123", "/photos/a/kept.png", 200, pixel},
			{"CA001:claims123", "/photos/kept.png", 200, pixel},
			{"", "/photos/kept.png", 401, ""},
			{"Admin:admin123", "/photos/script.png", 404, "no picture"},
			{"Admin:admin123", "/photos/else%20where.jpg", 404, "there is no photograph"},
			{"Admin:admin123", "/photos/none.png", 404, "there is no photograph"},
			{"Admin:admin123", "/photos/..%2f..%2fetc%2fpasswd", 404, "there is no photograph"},
			{"Admin:admin123", "/photos/", 404, "there is no photograph"},
		} {
			w := call{target: c.path, user: c.user}.on(s)
			if w.Code != c.code || !strings.Contains(w.Body.String(), c.body) {
				t.Errorf("%s for %q: %d %s", c.path, c.user, w.Code, w.Body)
			}
			if c.code == 200 && w.Header().Get("Content-Type") != "image/png" {
				t.Errorf("%s is %s", c.path, w.Header().Get("Content-Type"))
			}
		}
	})
}

// A document of a claim is handed out as a file, to those who see the claim.
func TestAttachments(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		const id = "0123456789abcdef0123456789abcdef"
		name, kind, document := "Röntgen \"1\".html", "text/html", base64.StdEncoding.EncodeToString([]byte("<b>bone</b>"))
		if err := store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			page, err := persistence.Select[persistence.Claim](x, persistence.Query{Join: []string{"HF"}, Where: []clause.Expression{
				persistence.Exists("tblHF", "HfID", persistence.Column("tblClaim", "HFID"), persistence.Text(persistence.Column("tblHF", "HFCode"), persistence.Same, "A1H001"))}, Limit: 1})
			if err != nil {
				return err
			}
			return x.DB().Create(&persistence.ClaimAttachment{ID: id, ClaimID: page.Rows[0].ClaimID, GeneralType: "FILE", Filename: &name, Mime: &kind, Document: &document, Date: x.Now().Date(), ValidityFrom: x.Now()}).Error
		}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			user, query string
			code        int
		}{
			{"Admin:admin123", "?id=" + id, 200},
			{"CA001:claims123", "?id=01234567-89AB-cdef-0123-456789abcdef", 200},
			{"", "?id=" + id, 401},
			{"scheme:scheme123", "?id=" + id, 403},
			{"Admin:admin123", "?id=1", 404},
			{"Admin:admin123", "", 400},
		} {
			w := call{target: "/api/claim/attach" + c.query, user: c.user}.on(s)
			if w.Code != c.code {
				t.Errorf("%s for %q: %d %s", c.query, c.user, w.Code, w.Body)
			}
			if c.code == 200 && (w.Body.String() != "<b>bone</b>" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename*=utf-8''R%C3%B6ntgen")) {
				t.Errorf("%s for %q: %v %s", c.query, c.user, w.Header(), w.Body)
			}
		}
	})
}
