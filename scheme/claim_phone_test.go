package scheme

import (
	"errors"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestPhoneClaimAnswers cites rule 6.
func TestPhoneClaimAnswers(t *testing.T) {
	at := func(code core.Code, path string) error { return core.ErrorAt(code, path, "no") }
	for _, c := range []struct {
		name   string
		status int
		err    error
		want   PhoneClaimCode
	}{
		{"checked", StatusChecked, nil, PhoneClaimAccepted},
		{"entered", StatusEntered, nil, PhoneClaimAccepted},
		{"rejected by the checks", StatusRejected, nil, PhoneClaimRejected},
		{"the facility", 0, at(core.Unprocessable, "facility"), PhoneClaimFacility},
		{"somebody else's facility", 0, at(core.Forbidden, "facility"), PhoneClaimFacility},
		{"a code that is taken", 0, at(core.Conflict, "code"), PhoneClaimRepeated},
		{"no code", 0, at(core.Unprocessable, "code"), PhoneClaimFailed},
		{"the person", 0, at(core.Unprocessable, "insuree"), PhoneClaimInsuree},
		{"the period", 0, at(core.Unprocessable, "period"), PhoneClaimPeriod},
		{"the main diagnosis", 0, at(core.Unprocessable, "diagnosis[0]"), PhoneClaimDiagnosis},
		{"no diagnosis", 0, at(core.Unprocessable, "diagnosis"), PhoneClaimDiagnosis},
		{"an item", 0, at(core.Unprocessable, "item[2].code"), PhoneClaimItem},
		{"the quantity of an item", 0, at(core.Unprocessable, "item[2].quantity"), PhoneClaimFailed},
		{"a service", 0, at(core.Unprocessable, "service[0].code"), PhoneClaimService},
		{"the quantity of a service", 0, at(core.Unprocessable, "service[0].quantity"), PhoneClaimFailed},
		{"the administrator", 0, at(core.Unprocessable, "administrator"), PhoneClaimAdministrator},
		{"the database", 0, errors.New("away"), PhoneClaimFailed},
		{"several faults", 0, core.Join(core.ErrorAt(core.Unprocessable, "period", "x"), core.ErrorAt(core.Unprocessable, "code", "y")), PhoneClaimPeriod},
	} {
		out := &ClaimOutcome{}
		out.Claim.ClaimStatus = c.status
		if got := PhoneClaimAnswer(out, c.err); got != c.want {
			t.Errorf("[6] %s: %d, expected %d", c.name, got, c.want)
		}
	}
}

// TestClaimsFromPhones cites rule 6.
func TestClaimsFromPhones(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		second := persistence.Item{ItemCode: "J", ItemName: "Item", ItemType: "D", ItemPrice: money("20"), ItemCareType: "B", ItemPatCat: 15}
		third := persistence.Service{ServCode: "T", ServName: "Service", ServType: "C", ServLevel: "S", ServPrice: money("500"), ServCareType: "B", ServPatCat: 15}
		admin, stranger := persistence.ClaimAdmin{ClaimAdminCode: ptr("CA"), HFID: &w.hf.HFID}, persistence.HealthFacility{HFCode: "HG", HFName: "Other", LegalForm: "G", HFLevel: "H", HFCareType: "B", LocationID: w.hf.LocationID}
		other := persistence.ClaimAdmin{ClaimAdminCode: ptr("CB")}
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			put(t, x, &stranger)
			other.HFID = &stranger.HFID
			put(t, x, &second)
			put(t, x, &third)
			for price, closed := range map[string]*persistence.DateTime{"17": nil, "1": ptr(careDay())} {
				item := persistence.ItemPriceListDetail{PLItemID: *w.hf.PLItemID, ItemID: second.ItemID, PriceOverule: ptr(money(price))}
				service := persistence.ServicePriceListDetail{PLServiceID: *w.hf.PLServiceID, ServiceID: w.service.ServiceID, PriceOverule: ptr(money(price))}
				put(t, x, &item)
				if closed == nil {
					service.ServiceID, service.PriceOverule = third.ServiceID, nil
				}
				put(t, x, &service)
				if err := x.DB().Model(&item).Update("ValidityTo", closed).Error; err != nil {
					return err
				}
				if err := x.DB().Model(&service).Update("ValidityTo", closed).Error; err != nil {
					return err
				}
			}
			put(t, x, &admin)
			put(t, x, &other)
			return x.DB().Model(&persistence.ServicePriceListDetail{}).Where(persistence.IsNull(column("", "PriceOverule"))).
				Where(persistence.Compare(column("", "ServiceID"), "=", w.service.ServiceID)).Update("PriceOverule", money("350")).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		good := func() *PhoneClaim {
			return &PhoneClaim{
				Facility: "HF", Administrator: "CA", Code: "C1", CHFID: "070707070", From: careDay(), To: ptr(careDay()), Claimed: careDay().Date(), Diagnoses: []string{"A01", "A01"}, VisitType: "E", Guarantee: "G7",
				Items: []PhoneClaimLine{{Code: "I", Quantity: money("2")}}, Services: []PhoneClaimLine{{Code: "S", Quantity: money("1")}},
			}
		}
		send := func(p *PhoneClaim, submit bool) (out *ClaimOutcome, err error) {
			return w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.FromPhone(x, p, submit) })
		}
		for _, c := range []struct {
			name   string
			change func(p *PhoneClaim)
			want   PhoneClaimCode
		}{
			{"an unknown facility", func(p *PhoneClaim) { p.Facility = "H?" }, PhoneClaimFacility},
			{"an unknown person", func(p *PhoneClaim) { p.CHFID = "1" }, PhoneClaimInsuree},
			{"the pseudo family of donations", func(p *PhoneClaim) { p.CHFID = persistence.FundingNumber }, PhoneClaimInsuree},
			{"the end before the start", func(p *PhoneClaim) { p.To = ptr(persistence.At(careDay().AddDate(0, 0, -1))) }, PhoneClaimPeriod},
			{"an unknown diagnosis", func(p *PhoneClaim) { p.Diagnoses[1] = "B?" }, PhoneClaimDiagnosis},
			{"no diagnosis", func(p *PhoneClaim) { p.Diagnoses = nil }, PhoneClaimDiagnosis},
			{"six diagnoses", func(p *PhoneClaim) { p.Diagnoses = []string{"A01", "A01", "A01", "A01", "A01", "A01"} }, PhoneClaimDiagnosis},
			{"an unknown item", func(p *PhoneClaim) { p.Items[0].Code = "?" }, PhoneClaimItem},
			{"an unknown service", func(p *PhoneClaim) { p.Services[0].Code = "?" }, PhoneClaimService},
			{"an unknown administrator", func(p *PhoneClaim) { p.Administrator = "?" }, PhoneClaimAdministrator},
			{"one of another facility", func(p *PhoneClaim) { p.Administrator = "CB" }, PhoneClaimAdministrator},
			{"no code", func(p *PhoneClaim) { p.Code = " " }, PhoneClaimFailed},
			{"nothing of an item", func(p *PhoneClaim) { p.Items[0].Quantity = money("0") }, PhoneClaimFailed},
			{"the facility comes before the person", func(p *PhoneClaim) { p.Facility, p.CHFID = "?", "?" }, PhoneClaimFacility},
		} {
			p := good()
			c.change(p)
			if out, err := send(p, true); err == nil || PhoneClaimAnswer(out, err) != c.want {
				t.Errorf("[6] %s: %d, %v, expected %d", c.name, PhoneClaimAnswer(out, err), err, c.want)
			}
		}
		out, err := send(good(), true)
		if err != nil || PhoneClaimAnswer(out, err) != PhoneClaimAccepted {
			t.Fatal(err)
		}
		got := fmt.Sprint(out.Claim.ClaimStatus, " ", amount(out.Claim.Claimed), " ", out.Items[0].PriceAsked, " ", out.Services[0].PriceAsked, " ", text(out.Claim.VisitType), " ", text(out.Claim.GuaranteeID), " ", number(out.Claim.ICDID1) == w.icd.ICDID)
		if got != "4 370 10 350 E G7 true" {
			t.Errorf("stored %s", got)
		}
		if again, err := send(good(), true); err != nil || !again.Repeated || again.Claim.ClaimUUID != out.Claim.ClaimUUID {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		priced := good()
		priced.Items[0].Price = money("10")
		if out, err := send(priced, true); PhoneClaimAnswer(out, err) != PhoneClaimRepeated {
			t.Errorf("another claim that comes to the same rows: %v", err)
		}
		wide := good()
		wide.Code, wide.Diagnoses = "C5", []string{"A01", "A01", "A01", "A01", "A01"}
		wide.Items = append(wide.Items, PhoneClaimLine{Code: "J", Quantity: money("1")})
		wide.Services = append(wide.Services, PhoneClaimLine{Code: "T", Quantity: money("1")})
		if out, err := send(wide, false); err != nil || number(out.Claim.ICDID4) != w.icd.ICDID || fmt.Sprint(out.Items[0].PriceAsked, out.Items[1].PriceAsked, out.Services[0].PriceAsked, out.Services[1].PriceAsked) != "10 17 350 500" {
			t.Errorf("two of each: %+v, %v", out, err)
		}
		changed := good()
		changed.Items[0].Price = money("9")
		if out, err := send(changed, true); PhoneClaimAnswer(out, err) != PhoneClaimRepeated {
			t.Errorf("another claim under the code: %v", err)
		}
		changed.Code, changed.Services[0].Price, changed.Administrator = "C2", money("8"), ""
		if out, err := send(changed, false); err != nil || out.Claim.ClaimStatus != StatusEntered || !amount(out.Claim.Claimed).Equal(money("26")) || out.Claim.ClaimAdminID != nil {
			t.Errorf("with prices of its own: %+v, %v", out, err)
		}
		err = s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			put(t, x, &persistence.Control{FieldName: "ClaimAdministrator", Adjustibility: "M"})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		changed.Code = "C3"
		if out, err := send(changed, false); PhoneClaimAnswer(out, err) != PhoneClaimAdministrator {
			t.Errorf("without an administrator where one is needed: %v", err)
		}
		late := good()
		late.Code, late.From, late.To = "C4", persistence.At(careDay().AddDate(-3, 0, 0)), nil
		if out, err := send(late, true); PhoneClaimAnswer(out, err) != PhoneClaimRejected {
			t.Errorf("care before there was any cover: %+v, %v", out, err)
		}
	})
}
