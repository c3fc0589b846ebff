package resources

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// rightSubmitClaim is needed beside the right to enter a claim when it is submitted too.
const rightSubmitClaim = 111007

// claims serves claims.
type claims struct {
	*table[persistence.Claim]
	creator
	cases   scheme.Claims
	answers rest.Reader // what became of a claim, by its id
}

var _ interface {
	rest.Creator
	rest.IDCreator
	rest.Updater
	rest.Deleter
	rest.Operator
} = claims{}

const aboutClaims = "Claims of health facilities (tblClaim with its lines). With the status `draft` a claim is stored as entered and may be replaced or deleted; " +
	"with `active` it is also submitted: checked by the rules of the scheme, for good. What became of it is the ClaimResponse with the same id. " +
	"The same claim sent again is answered as the first time; another one under the code of the first is a conflict. " +
	"References to contained resources stand for the rows with their identifiers; nothing contained is created."

// Claim serves claims: read, versions, search, create, update and delete.
// https://hl7.org/fhir/R4/claim.html
func Claim(e *Environment) rest.Type {
	c := claims{cases: scheme.Claims{Rules: e.Rules, GlobalCodes: e.GlobalClaimCodes}}
	c.table = newTable(e, mapping.ClaimCatalogue, aboutClaims, renderClaims)
	c.lines = claimLines
	c.answers = ClaimResponse(e).(rest.Reader)
	c.creator = c.add
	return c
}

// claimLines are the rows beside the claim that count for its version.
func claimLines(row *persistence.Claim) []any { return []any{row.Items, row.Services} }

// renderClaims renders claims with what hangs on them.
func renderClaims(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Claim) ([]*fhir.Resource, error) {
	list, err := documents(x, rows)
	if err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(list))
	for i := range list {
		out[i] = &fhir.Resource{Typed: mapping.ClaimOf(v, &list[i])}
	}
	return out, nil
}

// add enters a claim and, when its status says so, submits it.
// Errors: core.Unprocessable, core.Forbidden, core.Conflict.
func (c claims) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return c.change(ctx, func(x *persistence.Session, v *mapping.View) (*scheme.ClaimOutcome, error) {
		uuid, err := c.newUUID(x, id)
		if err != nil {
			return nil, err
		}
		draft, submit, err := c.read(x, v, in, &persistence.Claim{ClaimUUID: uuid})
		if err != nil {
			return nil, err
		}
		outcome, err := c.cases.Enter(x, draft, submit)
		if err == nil && id != "" && outcome.Claim.ClaimUUID != uuid {
			err = core.ErrorAt(core.Conflict, "Claim.id", "the same claim is there already, as Claim/%s", outcome.Claim.ClaimUUID)
		}
		return outcome, err
	})
}

// Update replaces a claim that is entered and not submitted yet.
// Errors: as add, and core.NotFound, core.Gone, core.PreconditionFailed.
func (c claims) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return c.change(ctx, func(x *persistence.Session, v *mapping.View) (*scheme.ClaimOutcome, error) {
		row, err := c.current(x, id, match)
		if err != nil {
			return nil, err
		}
		if err := scheme.MayChange(row); err != nil {
			return nil, err
		}
		draft, submit, err := c.read(x, v, in, row)
		if err != nil {
			return nil, err
		}
		return c.cases.Replace(x, row.ClaimUUID, draft, submit)
	})
}

// Delete closes a claim that is entered and not submitted yet. Deleting what is deleted
// already succeeds. Errors: core.NotFound, core.Conflict, core.PreconditionFailed.
func (c claims) Delete(ctx context.Context, id string, match rest.Match) error {
	return c.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := c.current(x, id, match)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		return c.cases.Remove(x, row.ClaimUUID)
	})
}

// current gives the live claim with its lines and checks the version If-Match names. The
// claim is held first: between the check and the change nobody else changes it.
func (c claims) current(x *persistence.Session, id string, match rest.Match) (*persistence.Claim, error) {
	if uuid, ok := persistence.ParseUUID(id); ok {
		if err := persistence.Hold[persistence.Claim](x, uuid); err != nil {
			return nil, err
		}
	}
	row, err := c.one(x, id)
	if err != nil {
		return nil, err
	}
	rows := []persistence.Claim{*row}
	if err := withLines(x, rows); err != nil {
		return nil, err
	}
	return &rows[0], c.matches(&rows[0], match)
}

// change runs one use case in a transaction and renders the claim it leaves behind.
func (c claims) change(ctx context.Context, run func(x *persistence.Session, v *mapping.View) (*scheme.ClaimOutcome, error)) (*fhir.Entry, error) {
	ctx, err := c.env.withRegisters(ctx)
	if err != nil {
		return nil, err
	}
	var entry *fhir.Entry
	err = c.env.Store.Tx(ctx, func(x *persistence.Session) error {
		v, err := c.env.view(ctx, x)
		if err != nil {
			return err
		}
		outcome, err := run(x, v)
		if err != nil {
			return err
		}
		row := outcome.Claim
		row.Items, row.Services = some(outcome.Items), some(outcome.Services)
		entry, err = c.entry(ctx, x, &row)
		return err
	})
	return entry, err
}

// read takes the resource apart, finds the rows it refers to and keeps what the columns
// cannot hold. old is the claim it replaces, or an empty one with the UUID of the new.
func (c claims) read(x *persistence.Session, v *mapping.View, in *fhir.Resource, old *persistence.Claim) (draft *scheme.ClaimDraft, submit bool, err error) {
	typed, ok := in.Typed.(*r4.Claim)
	if !ok {
		return nil, false, core.Errorf(core.Invalid, "a Claim is needed")
	}
	parts, err := mapping.ClaimInto(v, typed, in.Tree)
	if err != nil {
		return nil, false, err
	}
	if parts.Submit && !x.Principal().May(rightSubmitClaim) {
		return nil, false, core.ErrorAt(core.Forbidden, "Claim.status", "you may store claims as draft but not submit them: right %d is needed", rightSubmitClaim)
	}
	if err := mapping.ResolveClaim(x, parts); err != nil {
		return nil, false, err
	}
	parts.Claim.ClaimUUID, parts.Claim.JSONExt = old.ClaimUUID, old.JSONExt
	if err := c.keepBeyond(x, v, parts, in.Tree); err != nil {
		return nil, false, err
	}
	return &scheme.ClaimDraft{
		Claim: parts.Claim, Items: parts.Items, Services: parts.Services, Attachments: parts.Attachments,
		Holds: []string{"Attachments"}, Registers: v.Registers, Paths: parts.Paths, Content: contentOf(in.Tree),
	}, parts.Submit, nil
}

// contentOf gives a hash of what was sent, whatever the order of members and the format;
// id and meta are the server's.
func contentOf(tree *fhir.Object) string {
	if tree == nil {
		return ""
	}
	decoder := json.NewDecoder(bytes.NewReader(tree.AppendJSON(nil)))
	decoder.UseNumber()
	members := map[string]any{}
	if decoder.Decode(&members) != nil {
		return ""
	}
	delete(members, "id")
	delete(members, "meta")
	text, err := json.Marshal(members) // sorts the members
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// keepBeyond puts into JsonExt what was sent and no column holds, judged by how the claim
// is going to be shown. The total is always the sum of the lines, whatever was sent.
func (c claims) keepBeyond(x *persistence.Session, v *mapping.View, parts *mapping.ClaimParts, tree *fhir.Object) error {
	if tree == nil {
		return nil
	}
	shown := []mapping.ClaimDocument{parts.ClaimDocument}
	shown[0].Claim.ClaimStatus = scheme.StatusEntered
	if parts.Submit {
		shown[0].Claim.ClaimStatus = scheme.StatusChecked
	}
	if err := covered(x, shown); err != nil {
		return err
	}
	rendered := mapping.ClaimOf(v, &shown[0])
	residue, conforms, err := mapping.Beyond(rendered, mapping.WithTotal(tree, rendered.Total))
	if err != nil {
		return err
	}
	parts.Claim.JSONExt, err = mapping.WriteResidue(parts.Claim.JSONExt, "Claim", residue, conforms)
	return err
}
