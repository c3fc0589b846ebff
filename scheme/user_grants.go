package scheme

import (
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// grants are the roles and districts of a user as they are to be.
type grants struct {
	roles     map[int]*persistence.Role // live ones
	wanted    []persistence.UserRole
	districts []persistence.UserDistrict
}

// bits gives the sum of the bits of the roles, which SQL Server insists on in tblUsers.
func (g *grants) bits() int {
	sum := 0
	for i := range g.wanted {
		if role := g.roles[g.wanted[i].RoleID]; role != nil && role.IsSystem > 0 {
			sum |= role.IsSystem
		}
	}
	return sum
}

// grants finds the roles the user is to have, and refuses those the caller may not give
// or take away.
func (c *draftCheck) grants(d *UserDraft, was *persistence.User) *grants {
	g := &grants{}
	var all []persistence.Role
	var held []persistence.UserRole
	caller := c.x.Principal()
	l := &loader{db: c.x.DB()}
	find(l, &all, persistence.IsNull(column("", "ValidityTo")))
	find(l, &held, persistence.In(column("", "UserID"), []int{caller.UserID, was.UserID}), persistence.IsNull(column("", "ValidityTo")))
	if c.failed(l.err) {
		return g
	}
	g.roles = byKey(all, func(r *persistence.Role) int { return r.RoleID })
	has, mayGive := map[int]*persistence.UserRole{}, map[int]bool{}
	for i := range held {
		h := &held[i]
		if h.UserID == was.UserID && was.UserID != 0 {
			has[h.RoleID] = h
		}
		if h.UserID == caller.UserID && (h.Assign == nil || *h.Assign&roleHandedOn != 0) {
			mayGive[h.RoleID] = true
		}
	}
	gives := func(role int) bool { return caller.Admin || caller.System || mayGive[role] }
	for role := range has {
		if was.UserID != caller.UserID && !gives(role) {
			c.refuse(core.Forbidden, "", "the user has a role you may not hand out; somebody who may has to do this")
			break
		}
	}
	if d.Roles == nil {
		for _, h := range has {
			g.wanted = append(g.wanted, *h)
		}
		return g
	}
	for _, role := range d.Roles {
		row := persistence.UserRole{RoleID: role, Assign: ptr(roleHeld | roleHandedOn)}
		if h := has[role]; h != nil {
			row.Assign = h.Assign
		}
		g.wanted = append(g.wanted, row)
	}
	each(c, "role", g.wanted, func(r *persistence.UserRole) {
		role := g.roles[r.RoleID]
		switch {
		case role == nil:
			c.fault("RoleID", "there is no such role")
		case has[r.RoleID] != nil:
		case role.IsBlocked:
			c.fault("RoleID", "the role %s is blocked", role.RoleName)
		case !gives(r.RoleID):
			c.refuse(core.Forbidden, "RoleID", "you may not hand out the role %s", role.RoleName)
		}
	})
	once(c, "role", "RoleID", g.wanted, userRoles.key)
	for role := range has {
		if !slices.Contains(d.Roles, role) && !gives(role) && was.UserID == caller.UserID {
			c.refuse(core.Forbidden, "", "you may not take away a role you may not hand out")
			break
		}
	}
	return g
}

// districts finds the districts the user is to have: those of the draft, which the caller
// must see, and those he has already and the caller does not see.
func (c *draftCheck) districts(d *UserDraft, g *grants) {
	caller := c.x.Principal()
	if d.Districts == nil {
		if d.User.UserID == 0 && !caller.Admin && !caller.System {
			c.fault("LocationId", "the user needs one of your districts")
		}
		return
	}
	for _, key := range d.Districts {
		g.districts = append(g.districts, persistence.UserDistrict{LocationID: key})
	}
	if len(g.districts) == 0 && !caller.Admin && !caller.System {
		c.fault("LocationId", "the user needs one of your districts")
	}
	once(c, "district", "LocationId", g.districts, userDistricts.key)
	missing[persistence.Location](c, "district", "LocationId", "district", g.districts, userDistricts.key)
	if c.err != nil {
		return
	}
	var places []persistence.Location
	l := &loader{db: c.x.DB()}
	findIn(l, &places, column("", "LocationId"), d.Districts)
	stored, err := userDistricts.live(c.x, d.User.UserID)
	if c.failed(l.err) || c.failed(err) {
		return
	}
	levels := byKey(places, func(r *persistence.Location) int { return r.LocationID })
	each(c, "district", g.districts, func(r *persistence.UserDistrict) {
		if place := levels[r.LocationID]; place != nil && place.LocationType != "D" {
			c.fault("LocationId", "%s is no district", text(place.LocationName))
		}
	})
	seen, err := persistence.Select[persistence.Location](c.x, persistence.Query{Where: []clause.Expression{ofLevel("D")}})
	if c.failed(err) {
		return
	}
	mine := byKey(seen.Rows, func(r *persistence.Location) int { return r.LocationID })
	for i := range stored {
		if mine[stored[i].LocationID] == nil && !slices.Contains(d.Districts, stored[i].LocationID) {
			g.districts = append(g.districts, stored[i])
		}
	}
}
