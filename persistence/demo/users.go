package demo

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/openimis/openimis-go/core/security"
	p "github.com/openimis/openimis-go/persistence"
)

// User is somebody who can log in to the demo.
type User struct {
	Login, Password      string
	LastName, OtherNames string
	Roles                []int  // keys of the roles held
	Facility             int    // key of the facility the user is bound to, 0 for none
	Districts            []int  // places of the user's districts in the tree, counting from 0; nil for all
	Language             string // of the user interface
}

// Users lists everybody who can log in to the demo. The passwords are meant to be known:
// never keep them where real people's data is.
var Users = []User{
	{Login: "Admin", Password: "admin123", LastName: "Admin", OtherNames: "Ada", Roles: []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Language: "en"},
	{Login: "EO001", Password: "officer123", LastName: "Cormano", OtherNames: "Dorin", Roles: []int{1}, Districts: []int{0}, Language: "en"},
	{Login: "EO004", Password: "officer123", LastName: "Wesiloma", OtherNames: "Aron", Roles: []int{1}, Districts: []int{3}, Language: "fr"},
	{Login: "manager", Password: "manager123", LastName: "Fenaru", OtherNames: "Tavira", Roles: []int{2}, Language: "en"},
	{Login: "accountant", Password: "accountant123", LastName: "Hesteva", OtherNames: "Loris", Roles: []int{3}, Language: "en"},
	{Login: "clerk", Password: "clerk123", LastName: "Ibaren", OtherNames: "Selima", Roles: []int{4}, Districts: []int{0, 1, 2}, Language: "en"},
	{Login: "doctor", Password: "doctor123", LastName: "Karuveni", OtherNames: "Helmira", Roles: []int{5}, Language: "en"},
	{Login: "scheme", Password: "scheme123", LastName: "Oristan", OtherNames: "Pavo", Roles: []int{6}, Language: "en"},
	{Login: "imisadmin", Password: "imisadmin123", LastName: "Rasmeni", OtherNames: "Kelem", Roles: []int{7}, Language: "en"},
	{Login: "reception", Password: "reception123", LastName: "Tormali", OtherNames: "Doreta", Roles: []int{8}, Facility: 1, Districts: []int{0}, Language: "en"},
	{Login: "CA001", Password: "claims123", LastName: "Dalveri", OtherNames: "Rosira", Roles: []int{9}, Facility: 1, Districts: []int{0}, Language: "en"},
	{Login: "contributor", Password: "contributor123", LastName: "Yelvani", OtherNames: "Velna", Roles: []int{10}, Facility: 2, Districts: []int{0}, Language: "en"},
	{Login: "hfadmin", Password: "hfadmin123", LastName: "Zamorei", OtherNames: "Nerio", Roles: []int{11}, Facility: 5, Districts: []int{1}, Language: "en"},
	{Login: "offline", Password: "offline123", LastName: "Brenavi", OtherNames: "Galia", Roles: []int{12}, Districts: []int{4}, Language: "fr"},
}

// makeUsers writes roles, rights, users and what joins them.
func (g *world) makeUsers() {
	right := 0
	for i, role := range roles {
		g.w.put(p.Role{RoleID: i + 1, RoleUUID: g.draw.uuid(kindRole, i+1), RoleName: role.name, AltLanguage: ptr(role.french), IsSystem: role.system, ValidityFrom: g.opened(), AuditUserID: ptr(1)})
		for _, number := range role.rights {
			for n := number.first; n <= number.last; n++ {
				right++
				g.w.put(p.RoleRight{RoleRightID: right, RoleID: i + 1, RightID: n, ValidityFrom: g.opened(), AuditUserID: ptr(1)})
			}
		}
	}
	held, placed := 0, 0
	for i, user := range Users {
		id, mask := i+1, 0
		for _, role := range user.Roles {
			held++
			mask |= roles[role-1].system
			g.w.put(p.UserRole{UserRoleID: held, UserID: id, RoleID: role, ValidityFrom: g.opened(), AuditUserID: ptr(1), Assign: ptr(3)})
		}
		districts := user.Districts
		if districts == nil {
			districts = []int{0, 1, 2, 3, 4}
		}
		for _, d := range districts {
			placed++
			g.w.put(p.UserDistrict{UserDistrictID: placed, UserID: id, LocationID: g.districts[d].id, ValidityFrom: g.opened(), AuditUserID: 1})
		}
		g.makeUser(id, mask, user)
	}
}

func (g *world) makeUser(id, mask int, user User) {
	// The salt is drawn from the seed, so that two demos are alike; a real one is random.
	key := strings.ToUpper(fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "demo %d %s", g.o.Seed, user.Login))))
	row := p.User{
		UserID: id, UserUUID: g.draw.uuid(kindUser, id), LanguageID: user.Language, LastName: user.LastName, OtherNames: user.OtherNames, Phone: ptr(fmt.Sprintf("+999 59 %07d", id)),
		LoginName: user.Login, RoleID: &mask, ValidityFrom: g.opened(), AuditUserID: 1, EmailID: ptr(strings.ToLower(user.Login) + "@example.org"),
		PrivateKey: &key, StoredPassword: ptr(security.HashPassword(user.Password, key)), IsAssociated: ptr(false),
	}
	if user.Facility > 0 {
		row.HFID = &user.Facility
	}
	bridge := p.CoreUser{ID: strings.ReplaceAll(string(g.draw.uuid(kindCoreUser, id)), "-", ""), ValidityFrom: g.opened(), Username: user.Login, IUserID: &id}
	for i := range g.officers {
		if g.officers[i].code == user.Login {
			bridge.OfficerID, row.IsAssociated = &g.officers[i].id, ptr(true)
		}
	}
	if user.Login == "CA001" {
		bridge.ClaimAdminID, row.IsAssociated = &g.facilities[0].admin, ptr(true)
	}
	g.w.put(row, bridge)
}

// span is a run of right numbers, both ends included.
type span struct{ first, last int }

// roles lists the twelve system roles in the order of their keys, with the rights the
// legacy base data gives them, and those of policy holders, plans, contracts, invoices and
// bills, which it gives to nobody.
var roles = []struct {
	name, french string
	system       int
	rights       []span
}{
	{"Enrolment Officer", "Agent d'inscription", 1, []span{{101001, 101004}, {101101, 101105}, {101201, 101205}, {101301, 101304}, {111001, 111001}, {111009, 111009}, {131200, 131201}}},
	{"Manager", "Directeur", 2, []span{{101105, 101105}, {101401, 101401}, {131201, 131203}, {131208, 131208}, {150101, 150101}, {155101, 155101}, {155201, 155201}, {156101, 156101}, {156201, 156201}}},
	{"Accountant", "Comptable", 4, []span{{101001, 101001}, {101101, 101101}, {101105, 101105}, {101201, 101201}, {101301, 101301}, {101401, 101404}, {111101, 111103}, {131204, 131206}, {131210, 131222}, {131401, 131401}, {150101, 150101}, {155101, 155104}, {155201, 155204}, {155301, 155301}, {155306, 155306}, {156101, 156104}, {156201, 156204}, {156301, 156301}, {156306, 156306}}},
	{"Clerk", "Commis", 8, []span{{101001, 101004}, {101101, 101105}, {101201, 101205}, {101301, 101304}}},
	{"Medical Officer", "Médecin-conseil", 16, []span{{111001, 111001}, {111008, 111011}, {131223, 131223}}},
	{"Scheme Administrator", "Administrateur du régime", 32, []span{{101105, 101105}, {121001, 121005}, {121101, 121104}, {121201, 121205}, {121301, 121305}, {121401, 121404}, {121501, 121504}, {121601, 121604}, {121801, 121804}, {122101, 122104}, {131001, 131004}, {131101, 131107}, {131209, 131209}, {131225, 131225}, {150101, 150104}, {150201, 150204}, {150206, 150206}, {150301, 150301}, {150401, 150404}, {150406, 150406}, {151101, 151104}, {151106, 151106}, {151201, 151204}, {151206, 151206}, {152101, 152104}, {152107, 152108}, {155101, 155101}, {156101, 156101}, {157101, 157104}, {157106, 157106}}},
	{"IMIS Administrator", "Administrateur IMIS", 64, []span{{101105, 101105}, {121701, 121704}, {121901, 121905}, {122000, 122005}, {131005, 131006}, {131207, 131207}, {131225, 131225}, {131301, 131304}}},
	{"Receptionist", "Réceptionniste", 128, []span{{101001, 101001}, {101101, 101101}, {101105, 101105}, {101201, 101201}}},
	{"Claim Administrator", "Gestionnaire des factures", 256, []span{{101001, 101001}, {101101, 101101}, {101105, 101105}, {101201, 101201}, {111001, 111002}, {111004, 111007}, {111012, 111012}}},
	{"Claim Contributor", "Rédacteur des factures", 512, []span{{111001, 111002}, {111005, 111005}}},
	{"HF Administrator", "Administrateur d'établissement", 524288, []span{{121701, 121704}, {131101, 131101}, {131103, 131103}, {131301, 131304}}},
	{"Offline Administrator", "Administrateur hors ligne", 1048576, []span{{121701, 121704}, {131101, 131101}, {131103, 131103}, {131301, 131304}}},
}
