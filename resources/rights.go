package resources

import (
	"context"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
)

// Access says what an interaction on a resource type asks of the caller: any one of the
// rights, or only that he is signed in when there are none.
type Access struct {
	Type         string
	Interactions []rest.Interaction
	Rights       []int
}

var (
	reading  = []rest.Interaction{rest.Read, rest.VRead, rest.HistoryInstance, rest.HistoryType, rest.SearchType}
	looking  = []rest.Interaction{rest.Read, rest.SearchType, "$validate-code"}
	defining = []rest.Interaction{rest.Read, rest.SearchType}
	creating = []rest.Interaction{rest.Create}
	updating = []rest.Interaction{rest.Update, rest.Patch}
	deleting = []rest.Interaction{rest.Delete}

	submitting = []rest.Interaction{"$submit"}
)

// Accesses is the table of rights. The numbers are those of the legacy roles
// (tblRoleRight.RightID); what is not in the table is allowed to nobody.
var Accesses = []Access{
	{"", []rest.Interaction{rest.Batch, rest.Transaction, rest.HistorySystem}, nil},        // and the rights of what the entries ask
	{"", []rest.Interaction{"$export", rest.JobStatus, rest.JobFile, rest.JobCancel}, nil}, // and the right to read each type; a job is its owner's alone
	{"Patient", reading, []int{101101}},
	{"Patient", []rest.Interaction{"$everything", "$match", "$ihe-pix"}, []int{101101}}, // and the rights of every type in the answer
	{"Patient", []rest.Interaction{"$export"}, []int{101101}},                           // and the right to read every type in the files
	{"Patient", creating, []int{101102}},
	{"Patient", updating, []int{101103}},
	{"Patient", deleting, []int{101104}},
	{"Group", reading, []int{101001}},
	{"Group", []rest.Interaction{"$export"}, []int{101001}}, // and the right to read every type in the files
	{"Group", creating, []int{101002}},
	{"Group", updating, []int{101003}},
	{"Group", deleting, []int{101004}},
	{"Contract", reading, []int{101201}},
	{"Contract", creating, []int{101202}},
	{"Contract", updating, []int{101203}},
	{"Contract", deleting, []int{101204}},
	{"Coverage", reading, []int{101201}},
	{"Coverage", creating, []int{101202}},
	{"Coverage", updating, []int{101203}},
	{"Coverage", deleting, []int{101204}},
	{"CoverageEligibilityRequest", creating, []int{101201}},
	{"CoverageEligibilityRequest", submitting, []int{101201}},
	{"CoverageEligibilityResponse", []rest.Interaction{rest.Read}, []int{101201}},
	{"Claim", reading, []int{111001}},
	{"Claim", creating, []int{111002}},
	{"Claim", updating, []int{111010}},
	{"Claim", deleting, []int{111004}},
	{"Claim", submitting, []int{rightSubmitClaim}},
	{"ClaimResponse", reading, []int{111001}},
	{"Communication", reading, []int{111010}},
	{"Communication", creating, []int{111009}},
	{"CommunicationRequest", []rest.Interaction{rest.Read, rest.SearchType}, []int{111010}},
	{"Invoice", reading, []int{rightInvoices, rightBills}}, // single kinds ask for one of them
	{"PaymentNotice", reading, []int{155201}},
	{"PaymentNotice", creating, []int{155202}},
	{"PaymentNotice", updating, []int{155203}},
	{"PaymentNotice", deleting, []int{155204}},
	{"PaymentReconciliation", reading, []int{101401}},
	{"Location", reading, nil},
	{"Location", creating, []int{121902}},
	{"Location", updating, []int{121903}},
	{"Location", deleting, []int{121904}},
	{"Organization", reading, nil},
	{"Organization", creating, []int{121102}},
	{"Organization", updating, []int{121103}},
	{"Organization", deleting, []int{121104}},
	{"Practitioner", reading, nil},
	{"Practitioner", creating, []int{121602, 121502}}, // the type asks for that of the kind
	{"Practitioner", updating, []int{121603, 121503}},
	{"Practitioner", deleting, []int{121604, 121504}},
	{"PractitionerRole", reading, nil},
	{"PractitionerRole", creating, []int{121602, 121502}}, // the type asks for that of the kind
	{"PractitionerRole", updating, []int{121603, 121503}},
	{"PractitionerRole", deleting, []int{121604, 121504}},
	{"InsurancePlan", reading, nil},
	{"InsurancePlan", creating, []int{121002}},
	{"InsurancePlan", updating, []int{121003}},
	{"InsurancePlan", deleting, []int{121004}},
	{"Medication", reading, nil},
	{"Medication", creating, []int{122102}},
	{"Medication", updating, []int{122103}},
	{"Medication", deleting, []int{122104}},
	{"ActivityDefinition", reading, nil},
	{"ActivityDefinition", creating, []int{121402}},
	{"ActivityDefinition", updating, []int{121403}},
	{"ActivityDefinition", deleting, []int{121404}},
	{"Subscription", reading, []int{158001}},
	{"Subscription", creating, []int{158002}},
	{"Subscription", updating, []int{158003}},
	{"Subscription", deleting, []int{158004}},
	{"Subscription", []rest.Interaction{"$status", "$events"}, []int{158001}},
	{"AuditEvent", []rest.Interaction{rest.Read, rest.SearchType}, []int{rightAudit}},
	{"Provenance", defining, nil}, // and the right to the history of what was written
	{"StructureDefinition", defining, nil},
	{"ImplementationGuide", defining, nil},
	{"SearchParameter", defining, nil},
	{"OperationDefinition", defining, nil},
	{"CodeSystem", looking, nil}, // single lists ask for more: listRights
	{"CodeSystem", []rest.Interaction{"$lookup"}, nil},
	{"ValueSet", looking, nil},
	{"ValueSet", []rest.Interaction{"$expand"}, nil},
}

type accessKey struct {
	typ         string
	interaction rest.Interaction
}

// Authorize answers by the table of rights whether the caller in ctx may do that.
// Errors: core.Unauthenticated, core.Forbidden.
func Authorize(ctx context.Context, typ string, interaction rest.Interaction) error {
	who := core.PrincipalOf(ctx)
	if !who.SignedIn() {
		return core.Errorf(core.Unauthenticated, "sign in first")
	}
	rights, listed := accessOf[accessKey{typ, interaction}]
	switch {
	case !listed:
		return core.Errorf(core.Forbidden, "%s of %s is open to nobody", interaction, typ)
	case !who.May(rights...):
		return core.Errorf(core.Forbidden, "%s of %s needs the right %v", interaction, typ, rights)
	}
	return nil
}

var _ rest.Authorizer = Authorize

var accessOf = func() map[accessKey][]int {
	index := map[accessKey][]int{}
	for _, access := range Accesses {
		for _, interaction := range access.Interactions {
			index[accessKey{access.Type, interaction}] = access.Rights
		}
	}
	return index
}()
