package scheme

import (
	"fmt"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Batches are the use cases of the claim batch: a run pays the claims of a month that wait
// for relative prices. Each runs inside the transaction of the session it is given, writes
// rows with their history and publishes one event, or several when many claims changed.
type Batches struct {
	Rules RuleBook
}

// BatchOutcome is what a run, or its undoing, left behind.
type BatchOutcome struct {
	Run     persistence.BatchRun
	Indexes []persistence.RelativeIndex
	Missing []string // what kept indexes from being drawn, in words
	Claims  int      // how many changed

	changed []persistence.UUID // claims that were not announced yet
}

// Run runs the batch of a place and month (rule 7.1); a location of nil, 0 or below means
// the products of the nation. Errors: core.Invalid for a month there is not,
// core.NotFound for a place there is not, core.Conflict when it ran before and was not
// undone.
func (b Batches) Run(x *persistence.Session, location *int, year, month int) (*BatchOutcome, error) {
	request, err := batchRequest(x, location, year, month)
	if err != nil {
		return nil, err
	}
	if err := reserveRun(x, request); err != nil {
		return nil, err
	}
	products, err := loadProducts(x, request.Location)
	if err != nil {
		return nil, err
	}
	plan := PlanBatch(*request, products, b.Rules)
	if err := fixPlan(x, plan, productKeys(products)); err != nil {
		return nil, err
	}
	out := &BatchOutcome{Indexes: plan.Indexes, Missing: plan.Missing,
		Run: persistence.BatchRun{LocationID: request.Location, RunDate: x.Now(), RunYear: year, RunMonth: month}}
	if err := persistence.Insert(x, &out.Run); err != nil {
		return nil, err
	}
	plan.Run = out.Run.RunID
	if err := persistence.InsertMany(x, out.Indexes); err != nil {
		return nil, err
	}
	if err := settleAll(x, plan, productKeys(products), out); err != nil {
		return nil, err
	}
	return out, publishRun(x, "batch.run", out)
}

// batchRequest checks what is asked for.
func batchRequest(x *persistence.Session, location *int, year, month int) (*BatchRequest, error) {
	if month < 1 || month > 12 {
		return nil, core.ErrorAt(core.Invalid, "month", "there is no month %d", month)
	}
	if year < 1900 || year > 9000 {
		return nil, core.ErrorAt(core.Invalid, "year", "%d is no year a batch can run for", year)
	}
	if location == nil || *location <= 0 {
		return &BatchRequest{Year: year, Month: month, Now: x.Now()}, nil
	}
	if _, err := persistence.OneByKey[persistence.Location](x, *location); err != nil {
		if code := core.CodeOf(err); code == core.NotFound || code == core.Gone {
			return nil, core.ErrorAt(core.NotFound, "location", "there is no location %d among yours", *location)
		}
		return nil, err
	}
	return &BatchRequest{Location: location, Year: year, Month: month, Now: x.Now()}, nil
}

func runKey(location *int, year, month int) string {
	return fmt.Sprintf("batch-run/%d/%d/%d", number(location), year, month)
}

// reserveRun makes sure that of several runs for one place and month only one goes on.
func reserveRun(x *persistence.Session, r *BatchRequest) error {
	key := runKey(r.Location, r.Year, r.Month)
	_, fresh, err := persistence.Reserve(x, key, "")
	if err != nil {
		return err
	}
	before, err := liveRun(x, r)
	if err != nil {
		return err
	}
	if before != nil {
		return core.Errorf(core.Conflict, "the batch of %d-%02d has already run as run %d", r.Year, r.Month, before.RunID)
	}
	if fresh {
		return nil
	}
	// another application undid the run the key stands for
	if err := persistence.Release(x, key); err != nil {
		return err
	}
	if _, fresh, err = persistence.Reserve(x, key, ""); err == nil && !fresh {
		return core.Errorf(core.Conflict, "the batch of %d-%02d is being run", r.Year, r.Month)
	}
	return err
}

// liveRun gives the run of the place and month that was not undone, nil without one.
func liveRun(x *persistence.Session, r *BatchRequest) (*persistence.BatchRun, error) {
	place := persistence.IsNull(column("tblBatchRun", "LocationId"))
	if r.Location != nil {
		place = persistence.Compare(column("tblBatchRun", "LocationId"), "=", *r.Location)
	}
	var rows []persistence.BatchRun
	l := &loader{db: x.DB()}
	find(l, &rows, place, persistence.IsNull(column("tblBatchRun", "ValidityTo")),
		persistence.Compare(column("tblBatchRun", "RunYear"), "=", r.Year), persistence.Compare(column("tblBatchRun", "RunMonth"), "=", r.Month))
	if l.err != nil || len(rows) == 0 {
		return nil, l.err
	}
	return &rows[0], nil
}

// fixPlan draws the indexes of the plan: it goes through the claims that wait for them.
func fixPlan(x *persistence.Session, plan *BatchPlan, products []int) error {
	w, ok := plan.Window()
	if !ok || !plan.Draws() {
		return nil
	}
	shares, err := loadShares(x, products)
	if err != nil {
		return err
	}
	contributions, err := loadContributions(x, products, w)
	if err != nil {
		return err
	}
	waiting := append(inPeriod(w, products), persistence.Compare(column("tblClaim", "ClaimStatus"), "=", StatusProcessed))
	err = newBatchReader(x).each(waiting, func(chunk *batchClaims) error {
		for _, c := range chunk.files {
			plan.Count(c)
		}
		return nil
	})
	if err != nil {
		return err
	}
	plan.Fix(contributions, shares)
	return nil
}

// settleAll pays and closes the claims of the plan.
func settleAll(x *persistence.Session, plan *BatchPlan, products []int, out *BatchOutcome) error {
	w, ok := plan.Window()
	if !ok {
		return nil
	}
	return newBatchReader(x).each(inPeriod(w, products), func(chunk *batchClaims) error {
		changed := map[int]bool{}
		for _, c := range chunk.files {
			if plan.Settle(c) {
				changed[c.Claim.ClaimID] = true
				out.changed = append(out.changed, c.Claim.ClaimUUID)
			}
		}
		out.Claims += len(changed)
		if err := chunk.write(x, changed); err != nil {
			return err
		}
		return out.tell(x, "batch.run")
	})
}

// Undo takes a run back (rule 7.3): its claims wait again, its indexes and the capitation
// of the same place and month are closed, and so is the run. Errors: core.NotFound for a
// run there is not, or that was undone.
func (b Batches) Undo(x *persistence.Session, run int) (*BatchOutcome, error) {
	var runs []persistence.BatchRun
	l := &loader{db: x.DB()}
	find(l, &runs, persistence.Compare(column("tblBatchRun", "RunID"), "=", run), persistence.IsNull(column("tblBatchRun", "ValidityTo")))
	if l.err != nil {
		return nil, l.err
	}
	if len(runs) == 0 {
		return nil, core.Errorf(core.NotFound, "there is no batch run %d", run)
	}
	out := &BatchOutcome{Run: runs[0]}
	products, err := loadProducts(x, out.Run.LocationID)
	if err != nil {
		return nil, err
	}
	if err := b.reopen(x, out, productKeys(products)); err != nil {
		return nil, err
	}
	if err := closeResults(x, &out.Run, productKeys(products)); err != nil {
		return nil, err
	}
	if err := persistence.Delete(x, &out.Run); err != nil {
		return nil, err
	}
	if err := persistence.Release(x, runKey(out.Run.LocationID, out.Run.RunYear, out.Run.RunMonth)); err != nil {
		return nil, err
	}
	return out, publishRun(x, "batch.undone", out)
}

// reopen takes the claims of the run back.
func (b Batches) reopen(x *persistence.Session, out *BatchOutcome, products []int) error {
	paid := map[int]bool{}
	for _, p := range products {
		paid[p] = true
	}
	ofRun := []clause.Expression{persistence.Compare(column("tblClaim", "RunID"), "=", out.Run.RunID), persistence.IsNull(column("tblClaim", "ValidityTo"))}
	return newBatchReader(x).each(ofRun, func(chunk *batchClaims) error {
		changed := map[int]bool{}
		for _, c := range chunk.files {
			UndoClaim(c, func(product int) bool { return paid[product] }, b.Rules)
			changed[c.Claim.ClaimID] = true
			out.changed = append(out.changed, c.Claim.ClaimUUID)
		}
		out.Claims += len(changed)
		if err := chunk.write(x, changed); err != nil {
			return err
		}
		return out.tell(x, "batch.undone")
	})
}

// closeResults closes the indexes and the capitation of the run's place and month.
func closeResults(x *persistence.Session, run *persistence.BatchRun, products []int) error {
	var indexes []persistence.RelativeIndex
	var payments []persistence.CapitationPayment
	l := &loader{db: x.DB()}
	find(l, &indexes, persistence.In(column("tblRelIndex", "ProdID"), products), persistence.IsNull(column("tblRelIndex", "ValidityTo")),
		persistence.Compare(column("tblRelIndex", "LocationId"), "=", number(run.LocationID)),
		persistence.Compare(column("tblRelIndex", "RelYear"), "=", run.RunYear), persistence.Compare(column("tblRelIndex", "RelPeriod"), "=", run.RunMonth))
	find(l, &payments, persistence.In(column("tblCapitationPayment", "ProductID"), products), persistence.IsNull(column("tblCapitationPayment", "ValidityTo")),
		persistence.Compare(column("tblCapitationPayment", "year"), "=", run.RunYear), persistence.Compare(column("tblCapitationPayment", "month"), "=", run.RunMonth))
	if l.err != nil {
		return l.err
	}
	if err := persistence.DeleteMany(x, pointers(indexes)); err != nil {
		return err
	}
	return persistence.DeleteMany(x, pointers(payments))
}

// tell announces the claims that changed so far once they are many, so that those of a
// large run are not held until its end.
func (out *BatchOutcome) tell(x *persistence.Session, name string) error {
	if len(out.changed) < toldAtOnce {
		return nil
	}
	return publishRun(x, name, out)
}

// publishRun announces a run or its undoing, with the claims that were not announced yet.
func publishRun(x *persistence.Session, name string, out *BatchOutcome) error {
	r, changed := &out.Run, out.changed
	out.changed = nil
	return announce(x, name, fmt.Sprintf("BatchRun/%d", r.RunID), map[string]any{
		"run": r.RunID, "location": r.LocationID, "year": r.RunYear, "month": r.RunMonth, "missing": out.Missing, "changed": map[string]any{"Claim": changed},
	})
}
