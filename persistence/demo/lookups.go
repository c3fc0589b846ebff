package demo

import p "github.com/openimis/openimis-go/persistence"

// lookups writes the code lists every installation has; the codes are those of the legacy
// base data, the labels our own.
func (g *world) lookups() {
	label := func(text string) *string { return &text }
	g.w.put(
		p.Language{LanguageCode: "en", LanguageName: "English", SortOrder: ptr(1)},
		p.Language{LanguageCode: "fr", LanguageName: "Français", SortOrder: ptr(2)},
		p.Gender{Code: "F", Gender: label("Female"), AltLanguage: label("Féminin"), SortOrder: ptr(1)},
		p.Gender{Code: "M", Gender: label("Male"), AltLanguage: label("Masculin"), SortOrder: ptr(2)},
		p.Gender{Code: "O", Gender: label("Another"), AltLanguage: label("Un autre"), SortOrder: ptr(3)},
	)
	for i, row := range [][2]string{{"Nursery school", "École maternelle"}, {"Primary school", "École primaire"}, {"Secondary school", "École secondaire"},
		{"University", "Université"}, {"Studies after university", "Études postuniversitaires"}, {"Doctorate", "Doctorat"}, {"Something else", "Autre chose"}} {
		g.w.put(p.Education{EducationID: i + 1, Education: row[0], AltLanguage: label(row[1]), SortOrder: ptr(i + 1)})
	}
	for i, row := range [][2]string{{"Works in the household", "Travaille au foyer"}, {"Employed", "Salarié"}, {"Works for oneself", "À son compte"}, {"Other work", "Autre travail"}} {
		g.w.put(p.Profession{ProfessionID: i + 1, Profession: row[0], AltLanguage: label(row[1]), SortOrder: ptr(i + 1)})
	}
	for i, row := range [][2]string{{"Brother or sister", "Frère ou sœur"}, {"Father or mother", "Père ou mère"}, {"Uncle or aunt", "Oncle ou tante"}, {"Son or daughter", "Fils ou fille"},
		{"Grandparent", "Grand-parent"}, {"Employee of the head", "Employé du chef"}, {"Somebody else", "Une autre personne"}, {"Husband or wife", "Mari ou femme"}} {
		g.w.put(p.Relation{RelationID: i + 1, Relation: row[0], AltLanguage: label(row[1]), SortOrder: ptr(i + 1)})
	}
	for i, row := range [][3]string{{"D", "Driving licence", "Permis de conduire"}, {"N", "National identity card", "Carte d'identité nationale"}, {"P", "Passport", "Passeport"}, {"V", "Voter card", "Carte d'électeur"}} {
		g.w.put(p.IdentificationType{IdentificationCode: row[0], IdentificationTypes: row[1], AltLanguage: label(row[2]), SortOrder: ptr(i + 1)})
	}
	for i, row := range [][3]string{{"C", "Council", "Conseil"}, {"G", "Organisation", "Organisme"}, {"H", "Household", "Ménage"}, {"O", "Another group", "Un autre groupe"},
		{"P", "Priests", "Prêtres"}, {"S", "Students", "Étudiants"}, {"T", "Teachers", "Enseignants"}} {
		g.w.put(p.FamilyType{FamilyTypeCode: row[0], FamilyType: row[1], AltLanguage: label(row[2]), SortOrder: ptr(i + 1)})
	}
	for i, row := range [][3]string{{"A", "Local council", "Conseil local"}, {"B", "Municipality", "Municipalité"}, {"C", "State", "État"}, {"D", "Another office", "Un autre bureau"}} {
		g.w.put(p.ConfirmationType{ConfirmationTypeCode: row[0], ConfirmationType: row[1], AltLanguage: label(row[2]), SortOrder: ptr(i + 1), IsConfirmationNumberRequired: ptr(false)})
	}
	for i, row := range [][3]string{{"C", "Co-operative", "Coopérative"}, {"D", "Donor", "Donateur"}, {"G", "Government", "Gouvernement"}, {"L", "Local authority", "Autorité locale"},
		{"O", "Another payer", "Un autre payeur"}, {"P", "Private organisation", "Organisme privé"}} {
		g.w.put(p.PayerType{Code: row[0], PayerType: row[1], AltLanguage: label(row[2]), SortOrder: ptr(i + 1)})
	}
	for i, row := range [][3]string{{"C", "Charity", "Œuvre caritative"}, {"D", "Run by the district", "Géré par le district"}, {"G", "Run by the government", "Géré par l'État"}, {"P", "Private", "Privé"}} {
		g.w.put(p.LegalForm{LegalFormCode: row[0], LegalForms: row[1], AltLanguage: label(row[2]), SortOrder: ptr(i + 1)})
	}
	for i, row := range [][3]string{{"I", "Integrated", "Intégré"}, {"N", "Without sub-level", "Sans sous-niveau"}, {"R", "Place of referral", "Lieu de référence"}} {
		g.w.put(p.HealthFacilitySublevel{HFSublevel: row[0], HFSublevelDesc: label(row[1]), AltLanguage: label(row[2]), SortOrder: ptr(i + 1)})
	}
	g.w.put(
		p.CeilingInterpretation{CeilingIntCode: "H", CeilingIntDesc: "Hospital: by the facility's level", AltLanguage: label("Hôpital : selon le niveau de l'établissement"), SortOrder: ptr(1)},
		p.CeilingInterpretation{CeilingIntCode: "I", CeilingIntDesc: "In-patient: by the length of the stay", AltLanguage: label("Hospitalisé : selon la durée du séjour"), SortOrder: ptr(2)},
		p.InsureeStatusReason{StatusReasonID: 1, Code: "MOVED", StatusReason: "Moved away", StatusType: "IN", ValidityFrom: g.opened()},
		p.InsureeStatusReason{StatusReasonID: 2, Code: "LEFT", StatusReason: "Left the family", StatusType: "IN", ValidityFrom: g.opened()},
		p.InsureeStatusReason{StatusReasonID: 3, Code: "DIED", StatusReason: "Died", StatusType: "DE", ValidityFrom: g.opened()},
	)
	g.settings()
}

// settings writes how the installation is set up.
func (g *world) settings() {
	g.w.put(p.IMISDefaults{
		DefaultID: 1, PolicyRenewalInterval: ptr(14), FTPPort: ptr(21), OffLineHF: ptr(0), OfflineCHF: ptr(0),
		AppVersionBackEnd: cents(1200).pointer(), AppVersionImis: cents(1200).pointer(), ActivationOption: 1,
	})
	for _, rule := range []struct{ name, usage string }{
		{"AllowInsureeWithoutPhoto", "Phones may send persons without a photo"},
		{"AllowFamilyWithoutPolicy", "Phones may send families without a policy"},
		{"AllowPolicyWithoutPremium", "Phones may send policies without a contribution"},
		{"ShowPaymentOption", "Phones show the choice to add a contribution"},
	} {
		g.w.put(p.IMISDefaultsPhone{RuleName: &rule.name, RuleValue: ptr(true), Usage: &rule.usage})
	}
	for _, group := range controls {
		for _, name := range group.names {
			g.w.put(p.Control{FieldName: name, Adjustibility: group.adjust, Usage: &group.usage})
		}
	}
}

// controls lists the fields of the forms that an installation may show, hide or demand.
var controls = []struct {
	adjust, usage string
	names         []string
}{
	{"M", "Enquiry about one person", []string{"Age", "CHFID", "ExpiryDate", "LastName", "OtherNames", "PolicyStatus", "ProductCode"}},
	{"O", "Enquiry about one person", []string{"AntenatalAmountLeft", "Ceiling1", "Ceiling2", "ConsultationAmountLeft", "Ded1", "Ded2", "DeliveryAmountLeft", "DistrictOfFSP", "DOB",
		"FirstServicePoint", "Gender", "HFLevel", "HospitalizationAmountLeft", "lblItemCode", "lblItemCodeL", "lblItemLeftL", "lblItemMinDate", "lblServiceLeft", "lblServiceMinDate",
		"RegionOfFSP", "SurgeryAmountLeft", "TotalAdmissionsLeft", "TotalAntenatalLeft", "TotalConsultationsLeft", "TotalDelivieriesLeft", "TotalSurgeriesLeft", "TotalVisitsLeft"}},
	{"O", "Forms of families and persons", []string{"BeneficiaryCard", "Confirmation", "ConfirmationNo", "CurrentAddress", "CurrentDistrict", "CurrentMunicipality", "CurrentVillage", "Education",
		"FamilyType", "FSP", "FSPCategory", "FSPDistrict", "IdentificationNumber", "IdentificationType", "InsureeEmail", "MaritalStatus", "PermanentAddress", "Poverty", "Profession", "Relationship", "Vulnerability"}},
	{"N", "Forms of families and of the policy app", []string{"ApprovalOfSMS", "TotalAmount"}},
	{"O", "Forms of contributions", []string{"ContributionCategory"}},
	{"M", "Forms of claims", []string{"ClaimAdministrator"}},
	{"O", "Forms of claims", []string{"GuaranteeNo"}},
}
