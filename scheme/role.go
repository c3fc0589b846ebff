package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Roles are the use cases on roles, named sets of rights. Each runs inside the transaction
// of the session it is given, writes rows with their history and publishes one event. The
// roles of the system are not changed.
type Roles struct{}

// RoleDraft is a role as it is to be, with the numbers of its rights. Paths gives the
// names errors use for columns of tblRole, and for "right 0" and so on.
type RoleDraft struct {
	Role   persistence.Role
	Rights []int // nil: as they are
	Paths  Paths
}

// roleRights are the lines of roles.
var roleRights = lines[persistence.RoleRight, int]{"RoleID",
	func(l *persistence.RoleRight) int { return l.RightID },
	func(l *persistence.RoleRight, role int) { l.RoleID = role }}

// Create stores a new role. Errors: core.Unprocessable for what a role cannot be,
// core.Conflict for a name that is taken; with all faults.
func (r Roles) Create(x *persistence.Session, d *RoleDraft) error {
	d.Role.RoleID, d.Role.IsSystem = 0, 0
	if err := r.check(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Role); err != nil {
		return err
	}
	return r.written(x, d, "role.created")
}

// Update changes a role, which must carry the ValidityFrom it was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict for a role of the system and
// when it was changed since.
func (r Roles) Update(x *persistence.Session, d *RoleDraft) error {
	stored, err := persistence.OneByKey[persistence.Role](x, d.Role.RoleID)
	if err != nil {
		return err
	}
	if err := refuseSystem(stored, d.Paths.of("")); err != nil {
		return err
	}
	d.Role.IsSystem = stored.IsSystem
	if err := r.check(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Role); err != nil {
		return err
	}
	return r.written(x, d, "role.changed")
}

// Duplicate stores a new role with the rights of another, one of the system too, unless
// the draft has rights itself. Errors: those of Create, core.NotFound and core.Gone for
// the other.
func (r Roles) Duplicate(x *persistence.Session, source persistence.UUID, d *RoleDraft) error {
	from, err := persistence.One[persistence.Role](x, source)
	if err != nil {
		return err
	}
	if d.Rights == nil {
		rights, err := roleRights.live(x, from.RoleID)
		if err != nil {
			return err
		}
		d.Rights = keysOf(rights, roleRights.key)
	}
	d.Role.RoleUUID = ""
	return r.Create(x, d)
}

// Delete closes a role, as it was read, and its rights. Errors: core.Gone; core.Conflict
// for a role of the system, while users hold it, and when it was changed since.
func (Roles) Delete(x *persistence.Session, row *persistence.Role) error {
	if err := refuseSystem(row, ""); err != nil {
		return err
	}
	if err := refuseWhileUsed(x, "", row.RoleID, use[persistence.UserRole]{"RoleID", "users"}); err != nil {
		return err
	}
	if err := roleRights.close(x, row.RoleID); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "role.deleted", "Role", row.RoleUUID)
}

func refuseSystem(role *persistence.Role, path string) error {
	if role.IsSystem != 0 {
		return core.ErrorAt(core.Conflict, path, "%s is a role of the system, which is not changed", role.RoleName)
	}
	return nil
}

func (Roles) written(x *persistence.Session, d *RoleDraft, event string) error {
	if d.Rights != nil {
		if err := roleRights.write(x, d.Role.RoleID, d.rows()); err != nil {
			return err
		}
	}
	return publishRows(x, event, "Role", d.Role.RoleUUID)
}

func (d *RoleDraft) rows() []persistence.RoleRight {
	rows := make([]persistence.RoleRight, len(d.Rights))
	for i, right := range d.Rights {
		rows[i].RightID = right
	}
	return rows
}

func (Roles) check(x *persistence.Session, d *RoleDraft) error {
	c := &draftCheck{x: x, paths: d.Paths}
	fits(c, &d.Role)
	c.needed("RoleName", d.Role.RoleName, "the name of the role")
	rows := d.rows()
	each(c, "right", rows, func(r *persistence.RoleRight) {
		if r.RightID < 100000 || r.RightID > 999999 { // six digits: area and action
			c.fault("RightID", "%d is no right", r.RightID)
		}
	})
	once(c, "right", "RightID", rows, roleRights.key)
	refuseTaken(c, unique{"RoleName", "name", "role", persistence.SameFold}, d.Role.RoleName, &d.Role)
	return c.done()
}
