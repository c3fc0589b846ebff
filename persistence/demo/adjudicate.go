package demo

// adjudicate values the lines that passed as the legacy procedures do: quantity times
// price of the list, cut to a fixed limit, less what is left of the deductible, the
// scheme's share of it, up to what is left of the ceiling.
func (v *visit) adjudicate() (deducted, paid cents) {
	policy := v.policy
	person := policy.spent[v.who.id]
	for _, services := range []bool{false, true} { // items first
		for _, line := range v.lines {
			if line.service != services || line.reason != 0 {
				continue
			}
			d, r := line.value(policy, person)
			deducted, paid = deducted+d, paid+r
		}
	}
	return deducted, paid
}

func (l *claimLine) value(policy *policy, person *spent) (deducted, paid cents) {
	product := policy.product
	l.limitation, l.limit = "C", units(product.coinsured)
	if l.service {
		l.limitation, l.limit = product.limit(l.article)
	}
	quantity := l.quantity
	if l.approved > 0 {
		quantity = l.approved
	}
	work := l.price * cents(quantity)
	if l.limitation == "F" && l.limit*cents(quantity) < work {
		work = l.limit * cents(quantity)
	}
	if rest := product.deductible - person.deducted; rest > 0 {
		l.deducted = min(rest, work)
		person.deducted += l.deducted
		if l.deducted == work {
			return l.deducted, 0
		}
		work -= l.deducted
	}
	if l.limitation == "C" {
		work = work * l.limit / units(100)
	}
	ceiling, used := product.ceiling, person.paid
	if product.perPolicy > 0 {
		ceiling, used = product.perPolicy, policy.used
		if policy.members > 6 {
			ceiling += units(5_000) * cents(policy.members-6)
		}
	}
	if ceiling > 0 {
		if rest := max(0, ceiling-used); rest < work {
			l.exceeded = work - rest
			work = rest
		}
	}
	person.paid += work
	policy.used += work
	l.valuated = work
	return l.deducted, work
}

// category gives the base category of the claim: the gravest of its services, a stay
// overnight before a consultation.
func (v *visit) category() string {
	found := map[byte]bool{}
	for _, line := range v.lines {
		if line.service {
			found[line.article.category] = true
		}
	}
	for _, grave := range []byte{'S', 'D', 'A'} {
		if found[grave] {
			return string(grave)
		}
	}
	switch {
	case !v.from.Equal(v.to.Time):
		return "H"
	case found['C']:
		return "C"
	}
	return "V"
}
