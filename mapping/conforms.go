package mapping

import (
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// Conforms tells whether a resource of a writable type meets its openIMIS profile. Of
// types not named here nothing is known, and so nothing is claimed.
//
// The validator of fhir/profile knows the profiles too and is not asked: it wants a tree
// where rendering makes structs, and takes 0.07 to 0.4 ms for a resource where this takes
// 0.001 or two, at every read.
//
// The profiles: https://openimis.github.io/openimis_fhir_r4_ig/artifacts.html
func Conforms(resource any) bool {
	switch r := resource.(type) {
	case *r4.Patient:
		return patientConforms(r)
	case *r4.Group:
		return groupConforms(r)
	case *r4.Location:
		return locationConforms(r)
	case *r4.Organization:
		return facilityConforms(r)
	case *r4.Practitioner:
		return practitionerConforms(r)
	case *r4.PractitionerRole:
		return roleConforms(r)
	case *r4.Claim:
		return claimConforms(r)
	case *r4.Contract:
		return contractConforms(r)
	case *r4.Communication:
		return communicationConforms(r)
	case *r4.PaymentNotice:
		return paymentNoticeConforms(r)
	case *r4.Subscription: // one of a topic is taken only when it has what the backport asks for
		return r.Meta != nil && slices.Contains(r.Meta.Profile, BackportSubscription)
	}
	return false
}

// worded tells whether a concept holds the code with the words that a pattern of the guide
// asks for.
func worded(c *r4.CodeableConcept, system, code, display string) bool {
	return slices.ContainsFunc(c.Coding, func(coding r4.Coding) bool {
		return SameSystem(system, plain(coding.System)) && plain(coding.Code) == code && plain(coding.Display) == display
	})
}

// identified checks the closed slices of identifiers: at most one UUID and one Code, and
// nothing else.
func identified(list []r4.Identifier, codeNeeded bool) bool {
	codes, uuids := 0, 0
	for i := range list {
		if list[i].Value == nil {
			return false
		}
		switch kindOf(&list[i]) {
		case kindCode:
			codes++
		case kindUUID:
			uuids++
		default:
			return false
		}
	}
	return len(list) > 0 && codes <= 1 && uuids <= 1 && (codes == 1 || !codeNeeded)
}

// reachable checks the closed slices of telecom: one value at most for each system.
func reachable(list []r4.ContactPoint, systems ...r4.ContactPointSystem) bool {
	seen := map[r4.ContactPointSystem]bool{}
	for i := range list {
		if list[i].System == nil || list[i].Value == nil || seen[*list[i].System] {
			return false
		}
		seen[*list[i].System] = true
		known := false
		for _, system := range systems {
			known = known || system == *list[i].System
		}
		if !known {
			return false
		}
	}
	return true
}

// placed checks an address: physical, in state and district, with its location, and
// without what the guide forbids.
func placed(a *r4.Address) bool {
	_, place := extensionAt(a.Extension, extLocation)
	return a.State != nil && a.District != nil && place >= 0 && len(a.Line) <= 1 && a.PostalCode == nil && a.Country == nil &&
		(a.Type == nil || *a.Type == r4.AddressTypePhysical)
}

// single checks that no extension of the guide stands twice.
func single(list []r4.Extension) bool {
	seen := map[string]bool{}
	for _, ext := range list {
		if seen[ext.Url] {
			return false
		}
		seen[ext.Url] = true
	}
	return true
}

// patientConforms checks the profile openimis-patient.
func patientConforms(p *r4.Patient) bool {
	if !identified(p.Identifier, false) || !single(p.Extension) || p.Gender == nil || p.BirthDate == nil || p.DeceasedBoolean != nil || p.DeceasedDateTime != nil {
		return false
	}
	if code, _ := businessCode(p.Identifier); len([]rune(code)) > 12 {
		return false
	}
	if len(p.Name) != 1 || p.Name[0].Family == nil || len(p.Name[0].Given) != 1 || p.Name[0].Use != nil && *p.Name[0].Use != r4.NameUseOfficial {
		return false
	}
	if !reachable(p.Telecom, r4.ContactPointSystemPhone, r4.ContactPointSystemEmail) || len(p.Address) != 1 || !livesAt(&p.Address[0]) {
		return false
	}
	if p.MultipleBirthBoolean != nil || p.MultipleBirthInteger != nil || p.Communication != nil || p.ManagingOrganization != nil || p.Link != nil {
		return false
	}
	if p.MaritalStatus != nil && !married(p.MaritalStatus) {
		return false
	}
	return len(p.Photo) <= 1 && len(p.Contact) <= 1 && pictured(p.Photo) && acquainted(p.Contact)
}

// married looks for a code of the guide's value set. That value set has UNK as a code of
// v3-MaritalStatus, which knows none, so "unknown", said as HL7 says it, is not in it.
func married(c *r4.CodeableConcept) bool {
	for _, coding := range c.Coding {
		if plain(coding.System) == maritalStatus && maritalWords[plain(coding.Code)] != "" {
			return true
		}
	}
	return false
}

func livesAt(a *r4.Address) bool {
	_, ward := extensionAt(a.Extension, extMunicipality)
	return placed(a) && a.City != nil && ward >= 0 && a.Use != nil && (*a.Use == r4.AddressUseHome || *a.Use == r4.AddressUseTemp)
}

func pictured(photos []r4.Attachment) bool {
	for _, photo := range photos {
		if photo.ContentType == nil || photo.Hash == nil || photo.Title == nil || photo.Creation == nil {
			return false
		}
		if photo.Data != nil == (photo.Url != nil) || photo.Url != nil && photo.Size == nil {
			return false
		}
	}
	return true
}

func acquainted(contacts []r4.PatientContact) bool {
	for _, contact := range contacts {
		n := contact.Name
		if n == nil || n.Family == nil || len(n.Given) != 1 || n.Use != nil || n.Text != nil || n.Prefix != nil || n.Suffix != nil || n.Period != nil || len(contact.Relationship) > 1 {
			return false
		}
	}
	return true
}

// groupConforms checks the profile openimis-group.
func groupConforms(g *r4.Group) bool {
	address, _ := extensionAt(g.Extension, extGroupAddress)
	if address == nil || address.ValueAddress == nil || !single(g.Extension) || !identified(g.Identifier, true) {
		return false
	}
	_, place := extensionAt(address.ValueAddress.Extension, extLocation)
	return place >= 0 && g.Type == r4.GroupTypePerson && g.Actual && g.Quantity != nil && len(g.Member) > 0
}

// locationConforms checks the profile openimis-location.
func locationConforms(l *r4.Location) bool {
	if !identified(l.Identifier, true) || l.Name == nil || l.PhysicalType == nil {
		return false
	}
	if level, ok := codeIn(l.PhysicalType, systemLocationType); !ok || levelWords[level] == "" {
		return false
	}
	if l.Status != nil && *l.Status != r4.LocationStatusActive || l.Mode != nil && *l.Mode != r4.LocationModeInstance {
		return false
	}
	return l.OperationalStatus == nil && l.Alias == nil && l.Description == nil && l.Type == nil && l.Telecom == nil && l.Address == nil && l.Position == nil &&
		l.ManagingOrganization == nil && l.HoursOfOperation == nil && l.AvailabilityExceptions == nil && l.Endpoint == nil
}

// facilityConforms checks the profile openimis-health-facility-organization.
func facilityConforms(o *r4.Organization) bool {
	if !identified(o.Identifier, true) || o.Active != nil || o.Name == nil || o.Alias != nil || o.PartOf != nil || len(o.Type) != 1 || KindOf(o) != kindProvider {
		return false
	}
	if _, care := extensionAt(o.Extension, extCareType); care < 0 || !single(o.Extension) {
		return false
	}
	if !reachable(o.Telecom, r4.ContactPointSystemEmail, r4.ContactPointSystemPhone, r4.ContactPointSystemFax) {
		return false
	}
	for _, contact := range o.Contact {
		if code, ok := codeIn(contact.Purpose, contactEntity); !ok || code != "PAYOR" || contact.Name == nil {
			return false
		}
	}
	return len(o.Address) == 1 && placed(&o.Address[0]) && o.Address[0].City == nil
}
