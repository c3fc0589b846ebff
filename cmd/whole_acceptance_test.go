package cmd_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// liveRows counts what the types show.
func liveRows(t *testing.T, store *persistence.Store) map[string]int {
	t.Helper()
	counts := map[string]int{}
	x := store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal))
	for typ, model := range map[string]any{"Patient": &persistence.Insuree{}, "Organization": &persistence.HealthFacility{}, "Location": &persistence.Location{}, "Claim": &persistence.Claim{}} {
		var n int64
		if err := x.DB().Model(model).Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Count(&n).Error; err != nil {
			t.Fatal(err)
		}
		counts[typ] = int(n)
	}
	return counts
}

// Queries that find nothing in a database that is whole.
var wholeness = map[string]string{
	"items without a live claim":         `SELECT COUNT(*) FROM "tblClaimItems" l LEFT JOIN "tblClaim" c ON c."ClaimID" = l."ClaimID" WHERE l."ValidityTo" IS NULL AND (c."ClaimID" IS NULL OR c."ValidityTo" IS NOT NULL)`,
	"services without a live claim":      `SELECT COUNT(*) FROM "tblClaimServices" l LEFT JOIN "tblClaim" c ON c."ClaimID" = l."ClaimID" WHERE l."ValidityTo" IS NULL AND (c."ClaimID" IS NULL OR c."ValidityTo" IS NOT NULL)`,
	"claims without lines":               `SELECT COUNT(*) FROM "tblClaim" c WHERE c."ValidityTo" IS NULL AND NOT EXISTS (SELECT 1 FROM "tblClaimItems" l WHERE l."ClaimID" = c."ClaimID") AND NOT EXISTS (SELECT 1 FROM "tblClaimServices" l WHERE l."ClaimID" = c."ClaimID")`,
	"claims of one code and facility":    `SELECT COUNT(*) FROM (SELECT 1 FROM "tblClaim" WHERE "ValidityTo" IS NULL GROUP BY "HFID", "ClaimCode" HAVING COUNT(*) > 1) q`,
	"people of one number":               `SELECT COUNT(*) FROM (SELECT 1 FROM "tblInsuree" WHERE "ValidityTo" IS NULL AND "CHFID" IS NOT NULL GROUP BY "CHFID" HAVING COUNT(*) > 1) q`,
	"facilities of one code":             `SELECT COUNT(*) FROM (SELECT 1 FROM "tblHF" WHERE "ValidityTo" IS NULL GROUP BY "HFCode" HAVING COUNT(*) > 1) q`,
	"locations of one code and level":    `SELECT COUNT(*) FROM (SELECT 1 FROM "tblLocations" WHERE "ValidityTo" IS NULL AND "LocationCode" IS NOT NULL GROUP BY "LocationType", "LocationCode" HAVING COUNT(*) > 1) q`,
	"locations under one that is closed": `SELECT COUNT(*) FROM "tblLocations" l JOIN "tblLocations" p ON p."LocationId" = l."ParentLocationId" WHERE l."ValidityTo" IS NULL AND p."ValidityTo" IS NOT NULL`,
	"people in a family that is closed":  `SELECT COUNT(*) FROM "tblInsuree" i JOIN "tblFamilies" f ON f."FamilyID" = i."FamilyID" WHERE i."ValidityTo" IS NULL AND f."ValidityTo" IS NOT NULL`,
	"families whose head is closed":      `SELECT COUNT(*) FROM "tblFamilies" f JOIN "tblInsuree" i ON i."InsureeID" = f."InsureeID" WHERE f."ValidityTo" IS NULL AND i."ValidityTo" IS NOT NULL`,
	"families with two heads":            `SELECT COUNT(*) FROM (SELECT 1 FROM "tblInsuree" WHERE "ValidityTo" IS NULL AND "IsHead" AND "FamilyID" IS NOT NULL GROUP BY "FamilyID" HAVING COUNT(*) > 1) q`,
	"UUIDs of two live people":           `SELECT COUNT(*) FROM (SELECT 1 FROM "tblInsuree" WHERE "ValidityTo" IS NULL GROUP BY "InsureeUUID" HAVING COUNT(*) > 1) q`,
	"UUIDs of two live claims":           `SELECT COUNT(*) FROM (SELECT 1 FROM "tblClaim" WHERE "ValidityTo" IS NULL GROUP BY "ClaimUUID" HAVING COUNT(*) > 1) q`,
	"lines with less than nothing":       `SELECT COUNT(*) FROM "tblClaimItems" WHERE "QtyProvided" < 0 OR "PriceAsked" < 0`,
	"attachments without a live claim":   `SELECT COUNT(*) FROM "claim_ClaimAttachment" a LEFT JOIN "tblClaim" c ON c."ClaimID" = a."claim_id" WHERE a."ValidityTo" IS NULL AND (c."ClaimID" IS NULL OR c."ValidityTo" IS NOT NULL)`,
}

func wholeAfterwards(t *testing.T, store *persistence.Store) {
	t.Helper()
	x := store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal))
	for what, query := range wholeness {
		var n int64
		if err := x.DB().Raw(query).Scan(&n).Error; err != nil {
			t.Errorf("%s: %v", what, err)
		} else if n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// soundSQLite asks SQLite itself; the other databases cannot hold a broken key.
func soundSQLite(t *testing.T, store *persistence.Store) {
	t.Helper()
	x := store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal))
	var broken []map[string]any
	if err := x.DB().Raw("PRAGMA foreign_key_check").Scan(&broken).Error; err != nil || len(broken) > 0 {
		t.Errorf("%v, keys that lead nowhere: %v", err, broken)
	}
	var sound string
	if err := x.DB().Raw("PRAGMA integrity_check").Scan(&sound).Error; err != nil || sound != "ok" {
		t.Errorf("%v %s", err, sound)
	}
}

// stillShown pages through everything: no mutation that was accepted left a row behind
// that cannot be shown, and what is shown is valid R4 in both formats.
func stillShown(t *testing.T, h http.Handler) {
	t.Helper()
	for _, typ := range []string{"Patient", "Organization", "Location", "Claim", "ClaimResponse", "Coverage", "Group"} {
		for _, format := range []string{"json", "xml"} {
			next := "/fhir/" + typ + "?_count=200&_format=" + format
			for next != "" {
				w := call{target: next, user: admin}.on(h)
				if w.Code != 200 {
					t.Errorf("%s afterwards: %d %s", typ, w.Code, w.Body)
					break
				}
				decode := fhir.DecodeJSON
				if format == "xml" {
					decode = fhir.DecodeXML
				}
				in, err := decode(w.Body.Bytes(), fhir.DecodeOptions{})
				if err != nil {
					t.Errorf("%s in %s afterwards: %v", typ, format, err)
					break
				}
				text, err := in.AppendJSON(nil, fhir.EncodeOptions{})
				if err != nil {
					t.Fatal(err)
				}
				next = nextOf(text)
			}
		}
	}
}

// nextOf gives the link to the next page of a Bundle, "" for none.
func nextOf(text []byte) string {
	var b bundle
	if json.NewDecoder(bytes.NewReader(text)).Decode(&b) != nil {
		return ""
	}
	for _, link := range b.Link {
		if link.Relation == "next" {
			return strings.TrimPrefix(link.URL, "http://example.com")
		}
	}
	return ""
}
