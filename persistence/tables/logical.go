package tables

// logical lists references that are real in the data though SQL Server declares no
// constraint for them; other builds of the legacy schema do declare some. A 0 in such a
// column means "none", and anything else has to exist.
var logical = map[string]Reference{
	"tblLocations.ParentLocationId": {"tblLocations", "LocationId"},
	"tblUsers.HFID":                 {"tblHF", "HfID"},
	"tblInsuree.CurrentVillage":     {"tblLocations", "LocationId"},
	"tblPhotos.InsureeID":           {"tblInsuree", "InsureeID"},
	"tblClaim.ICDID1":               {"tblICDCodes", "ICDID"},
	"tblClaim.ICDID2":               {"tblICDCodes", "ICDID"},
	"tblClaim.ICDID3":               {"tblICDCodes", "ICDID"},
	"tblClaim.ICDID4":               {"tblICDCodes", "ICDID"},
	"tblClaimItems.PolicyID":        {"tblPolicy", "PolicyID"},
	"tblClaimServices.PolicyID":     {"tblPolicy", "PolicyID"},
	"tblClaimDedRem.ClaimID":        {"tblClaim", "ClaimID"},
	"tblFeedbackPrompt.ClaimID":     {"tblClaim", "ClaimID"},
	"tblFeedbackPrompt.OfficerID":   {"tblOfficer", "OfficerID"},
	"tblPaymentDetails.PremiumID":   {"tblPremium", "PremiumId"},
	"tblRelIndex.LocationId":        {"tblLocations", "LocationId"},
	"tblExtracts.LocationId":        {"tblLocations", "LocationId"},
	"tblExtracts.HFID":              {"tblHF", "HfID"},
	"tblFamilySMS.familyid":         {"tblFamilies", "FamilyID"},
	"tblFromPhone.ClaimId":          {"tblClaim", "ClaimID"},
}
