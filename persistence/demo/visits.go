package demo

import (
	"slices"

	p "github.com/openimis/openimis-go/persistence"
)

// The reasons a line is refused for, as the claim tables number them.
const (
	byReview      = -1
	notInList     = 2
	notCovered    = 3
	wrongPatient  = 4
	waitingPeriod = 17
)

// visit is a stay or call at a facility that a claim is made for.
type visit struct {
	who      *person
	policy   *policy // nil when nothing covers it
	facility *facility
	from, to p.Date
	icd      int
	kind     byte // E, R or O: emergency, referral, other
	lines    []*claimLine
}

// claimLine is an item or a service on a claim.
type claimLine struct {
	offer
	service  bool
	quantity int
	asked    cents
	reason   int

	approved   int // units, when a reviewer cut them; 0 for as provided
	valuated   cents
	deducted   cents
	exceeded   cents
	paid       cents
	limitation string
	limit      cents
}

func (l *claimLine) claimed() cents { return l.asked * cents(l.quantity) }

// visits makes what a family's members sought care for, in order of time, since earlier
// claims use up deductibles and ceilings of later ones.
func (g *world) visits(f *family) {
	var all []*visit
	for _, who := range f.members {
		for range pick(g.draw, []int{0, 0, 1, 1, 1, 2, 2, 2, 3, 3}) {
			if v := g.visit(f, who); v != nil {
				all = append(all, v)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *visit) int { return a.from.Compare(b.from.Time) })
	for _, v := range all {
		g.treat(v)
		g.claim(v)
	}
}

// visit draws when and where somebody went, nil when his cover has barely begun.
func (g *world) visit(f *family, who *person) *visit {
	v := &visit{who: who, kind: pick(g.draw, []byte("OOOOOOER")), facility: g.near(f)}
	var covering []*policy
	for _, policy := range f.policies {
		if _, ok := policy.covers[who.id]; ok {
			covering = append(covering, policy)
		}
	}
	least, most := 3, 200
	if len(covering) > 0 {
		v.policy = pick(g.draw, covering)
		least = max(2, daysBetween(v.policy.expiry, g.today)+8)
		most = daysBetween(v.policy.covers[who.id], g.today)
		if v.policy.product.relative && v.policy.status == active && g.draw.chance(40) {
			most = min(most, 24) // recent enough to wait for its month's index
		}
	}
	most = min(most, daysBetween(who.born, g.today))
	if most < least {
		return nil
	}
	v.from = g.day(g.draw.between(least, most))
	v.to = v.from
	return v
}

func daysBetween(from, to p.Date) int { return int(to.Sub(from.Time).Hours() / 24) }

// near draws a facility: mostly one of the district, now and then one elsewhere.
func (g *world) near(f *family) *facility {
	if g.draw.chance(8) {
		return pick(g.draw, g.facilities)
	}
	return f.district.facilities[pick(g.draw, []int{0, 0, 0, 1, 1, 2, 3})]
}

// patient gives the mask a register entry has to hold to be for somebody.
func patient(who *person, day p.Date) int {
	mask := 1
	if who.gender == "F" {
		mask = 2
	}
	if adult(who.born, day) {
		return mask | 4
	}
	return mask | 8
}

// treat draws what was done. What is drawn is what the rules accept; refusals are made
// from it afterwards, so that each has one clear reason.
func (g *world) treat(v *visit) {
	woman := v.who.gender == "F" && adult(v.who.born, v.from) && v.from.Year()-v.who.born.Year() < 46
	switch {
	case woman && g.draw.chance(25) && v.add(g, true, 1, func(a *article) bool { return a.category == 'A' }):
		v.icd = diagnosis("Z34")
	case woman && v.facility.level > dispensary && g.draw.chance(10) && g.delivery(v):
	case v.facility.level == hospital && g.draw.chance(30):
		g.stay(v)
	default:
		v.add(g, true, 1, func(a *article) bool { return a.category == 'C' || a.category == 'V' })
		if g.draw.chance(50) {
			v.add(g, true, 1, func(a *article) bool { return a.category == 'O' })
		}
	}
	if v.icd == 0 {
		v.icd = g.draw.between(1, diagnosis("M54"))
	}
	for range g.draw.between(1, 3) {
		v.add(g, false, pick(g.draw, []int{1, 2, 5, 10, 15}), func(a *article) bool { return a.price < units(2_000) })
	}
	if len(v.lines) == 0 {
		v.add(g, false, 1, func(*article) bool { return true })
	}
}

func (g *world) delivery(v *visit) bool {
	v.to = after(v.from, g.draw.between(1, 3))
	if !v.add(g, true, 1, func(a *article) bool { return a.category == 'D' && a.id <= 14 }) {
		v.to = v.from
		return false
	}
	v.icd = diagnosis("O80")
	v.add(g, true, daysBetween(v.from, v.to), func(a *article) bool { return a.category == 'H' })
	return true
}

func (g *world) stay(v *visit) {
	v.to = after(v.from, g.draw.between(1, 6))
	v.add(g, true, daysBetween(v.from, v.to), func(a *article) bool { return a.category == 'H' && a.price < units(5_000) })
	if g.draw.chance(25) && v.add(g, true, 1, func(a *article) bool { return a.category == 'S' && a.id > 15 }) {
		v.icd = diagnosis(pick(g.draw, []string{"K35", "K40"}))
	}
}

// add puts an article on the claim that the facility may charge, that suits patient and
// length of stay, and is not claimed already; false when there is none.
func (v *visit) add(g *world, service bool, quantity int, wanted func(*article) bool) bool {
	from := v.facility.list.items
	if service {
		from = v.facility.list.services
	}
	for i, n := g.draw.rand.IntN(len(from)), 0; n < len(from); i, n = (i+1)%len(from), n+1 {
		if o := from[i]; wanted(o.article) && v.suits(o.article, service) {
			line := &claimLine{offer: o, service: service, quantity: quantity, asked: o.price}
			if g.draw.chance(12) {
				line.asked = o.price.percent(115) // more than the list says
			}
			if service && o.frequency > 0 {
				v.who.done[o.id] = true
			}
			v.lines = append(v.lines, line)
			return true
		}
	}
	return false
}

func (v *visit) suits(a *article, service bool) bool {
	mask := patient(v.who, v.from)
	short := v.from.Equal(v.to.Time)
	switch {
	case a.patients&mask != mask:
		return false
	case short && a.care == 'I', !short && a.care == 'O', v.facility.care == 'O' && a.care == 'I':
		return false
	case service && v.who.done[a.id], !service && a.frequency > 0:
		return false
	case a.category == 'S' && v.waits():
		return false
	}
	for _, line := range v.lines {
		if line.service == service && line.id == a.id {
			return false
		}
	}
	return true
}

// waits tells whether surgery is not covered yet because the policy is too new.
func (v *visit) waits() bool {
	return v.policy != nil && v.policy.stage == "N" && v.from.Before(months(v.policy.covers[v.who.id], v.policy.product.waiting).Time)
}

// refuse makes lines that a rule rejects: the only line when whole is set, one of several
// otherwise.
func (g *world) refuse(v *visit, whole bool) {
	if v.policy == nil {
		for _, line := range v.lines {
			line.reason = notCovered
		}
		return
	}
	line, mask, short := v.lines[0], patient(v.who, v.from), v.from.Equal(v.to.Time)
	var wrong *claimLine
	reason := wrongPatient
	find := func(why int, wanted func(*article) bool) {
		for _, a := range g.services {
			if wrong == nil && wanted(a) && (a.care == 'B' || (a.care == 'O') == short) {
				wrong, reason = &claimLine{offer: offer{a, a.price}, service: true, quantity: 1, asked: a.price}, why
			}
		}
	}
	switch g.keys.claim % 4 {
	case 0:
		find(wrongPatient, func(a *article) bool { return a.level <= v.facility.level && a.patients&mask != mask })
	case 1:
		find(notInList, func(a *article) bool { return a.level > v.facility.level && a.patients&mask == mask })
	case 2:
		if v.waits() && v.facility.level == hospital && !short {
			find(waitingPeriod, func(a *article) bool { return a.category == 'S' && a.patients&mask == mask })
		}
	}
	switch {
	case wrong == nil: // what is right by the rules can still fail in review
		line.reason = byReview
		wrong = line
	case whole:
		v.lines = []*claimLine{wrong}
		wrong.reason = reason
	default:
		v.lines = append(v.lines, wrong)
		wrong.reason = reason
	}
	if whole {
		for _, line := range v.lines {
			line.reason = wrong.reason
		}
	}
}
