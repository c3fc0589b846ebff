package resources

import (
	"strconv"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// named collects the rows of one kind that generic keys name, by number or UUID.
type named struct {
	numbers []int
	uuids   []persistence.UUID
}

// partyLoader loads what generic keys point to: one statement for each kind among them,
// however many there are. Who sees a row sees whom it names.
type partyLoader struct {
	x      *persistence.Session
	wanted map[string]*named
	found  mapping.Parties
}

func partiesOf(x *persistence.Session, keys []mapping.PartyKey) (mapping.Parties, error) {
	l := &partyLoader{x: x, wanted: map[string]*named{}, found: mapping.Parties{}}
	for _, key := range keys {
		l.want(key)
	}
	for _, load := range []func() error{l.people, l.facilities, l.holders, l.families} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	return l.found, nil
}

func (l *partyLoader) want(key mapping.PartyKey) {
	if l.wanted[key.Kind] == nil {
		l.wanted[key.Kind] = &named{}
	}
	if uuid, ok := persistence.ParseUUID(key.Key); ok {
		l.wanted[key.Kind].uuids = append(l.wanted[key.Kind].uuids, uuid)
	} else if number, err := strconv.ParseInt(key.Key, 10, 32); err == nil {
		l.wanted[key.Kind].numbers = append(l.wanted[key.Kind].numbers, int(number))
	}
}

// put keeps a party under both names of its row.
func (l *partyLoader) put(kind string, number int, uuid persistence.UUID, party mapping.Party) {
	l.found[mapping.PartyKey{Kind: kind, Key: string(uuid)}] = party
	l.found[mapping.PartyKey{Kind: kind, Key: strconv.Itoa(number)}] = party
}

// load gives the rows of a kind that are wanted, live or not.
func load[R any](l *partyLoader, kind, number, uuid string, join ...string) (rows []R, err error) {
	wanted := l.wanted[kind]
	if wanted == nil || len(wanted.numbers)+len(wanted.uuids) == 0 {
		return nil, nil
	}
	where := persistence.In(persistence.Column("", uuid), wanted.uuids)
	if number != "" {
		where = mapping.AnyOf(persistence.In(persistence.Column("", number), wanted.numbers), where)
	}
	return persistence.Beside[R](l.x, persistence.Query{Where: []clause.Expression{where}, Join: join, Past: true})
}

func (l *partyLoader) people() error {
	rows, err := load[persistence.Insuree](l, persistence.KindInsuree, "InsureeID", "InsureeUUID")
	for i := range rows {
		l.put(persistence.KindInsuree, rows[i].InsureeID, rows[i].InsureeUUID, person(&rows[i]))
	}
	return err
}

func person(i *persistence.Insuree) mapping.Party {
	return mapping.Party{Type: "Patient", ID: string(i.InsureeUUID), Code: text(i.CHFID), Name: text(i.CHFID)}
}

func (l *partyLoader) facilities() error {
	rows, err := load[persistence.HealthFacility](l, persistence.KindFacility, "HfID", "HfUUID")
	for _, hf := range rows {
		l.put(persistence.KindFacility, hf.HFID, hf.HFUUID, mapping.Party{Type: "Organization", ID: string(hf.HFUUID), Code: hf.HFCode, Name: hf.HFCode})
	}
	return err
}

func (l *partyLoader) holders() error {
	rows, err := load[persistence.PolicyHolder](l, persistence.KindPolicyHolder, "", "UUID")
	for _, h := range rows {
		l.put(persistence.KindPolicyHolder, 0, h.UUID, mapping.Party{Type: "Organization", ID: string(h.UUID), Code: text(h.Code), Name: text(h.Code)})
	}
	return err
}

// families gives families and their heads.
func (l *partyLoader) families() error {
	rows, err := load[persistence.Family](l, persistence.KindFamily, "FamilyID", "FamilyUUID", "Head")
	for i := range rows {
		f := &rows[i]
		family := mapping.Party{Type: "Group", ID: string(f.FamilyUUID)}
		if f.Head != nil {
			family.Code, family.Name = text(f.Head.CHFID), text(f.Head.CHFID)
			l.put(mapping.PartyKey{Kind: persistence.KindFamily}.Head().Kind, f.FamilyID, f.FamilyUUID, person(f.Head))
		}
		l.put(persistence.KindFamily, f.FamilyID, f.FamilyUUID, family)
	}
	return err
}
