package demo

import (
	"fmt"
	"strings"

	p "github.com/openimis/openimis-go/persistence"
)

// article is an item or service of the registers.
type article struct {
	id        int
	price     cents
	care      byte // I, O or B
	category  byte // of a service: S D A H C V O; 0 for items
	patients  int  // mask: 1 male, 2 female, 4 adult, 8 child
	frequency int  // days
	level     int  // lowest level of a facility that has it: 0 dispensary, 1 health centre, 2 hospital
}

// registers writes items, services and diagnoses.
func (g *world) registers() {
	created := g.opened()
	for i, line := range lines(itemList) {
		// name | package | price | type | care | patients | frequency | level
		cells := strings.Split(line, "|")
		a := readArticle(i+1, cells[2], cells[4], cells[5], cells[6], cells[7])
		g.items = append(g.items, a)
		g.w.put(p.Item{
			ItemID: a.id, ItemUUID: g.draw.uuid(kindItem, a.id), ItemCode: fmt.Sprintf("M%04d", a.id), ItemName: cells[0], ItemType: cells[3], ItemPackage: ptr(cells[1]),
			Quantity: units(1).pointer(), ItemPrice: a.price.decimal(), ItemCareType: string(a.care), ItemFrequency: ptr(a.frequency), ItemPatCat: a.patients, ValidityFrom: created, AuditUserID: 1,
		})
	}
	for i, line := range lines(serviceList) {
		// name | type | level of service | price | care | category | patients | frequency | level of facility
		cells := strings.Split(line, "|")
		a := readArticle(i+1, cells[3], cells[4], cells[6], cells[7], cells[8])
		a.category = cells[5][0]
		g.services = append(g.services, a)
		g.w.put(p.Service{
			ServiceID: a.id, ServiceUUID: g.draw.uuid(kindService, a.id), ServCode: fmt.Sprintf("S%04d", a.id), ServName: cells[0], ServType: cells[1], ServLevel: cells[2],
			ServPrice: a.price.decimal(), ServCareType: string(a.care), ServFrequency: ptr(a.frequency), ServPatCat: a.patients, ServCategory: ptr(cells[5]),
			ServPackageType: ptr("S"), ManualPrice: ptr(false), ValidityFrom: &created, AuditUserID: ptr(1),
		})
	}
	for i, line := range lines(diagnosisList) {
		code, name, _ := strings.Cut(line, "|")
		g.diagnoses = i + 1
		g.w.put(p.Diagnosis{ICDID: i + 1, ICDCode: code, ICDName: name, ValidityFrom: created, AuditUserID: 1})
	}
	g.formerItem(created)
}

// formerItem writes the state of the first item before its price was raised: a history
// row, with a UUID of its own and the key of the live row in LegacyID.
func (g *world) formerItem(created p.DateTime) {
	id := len(g.items) + 1
	first := g.items[0]
	g.w.put(p.Item{
		ItemID: id, ItemUUID: g.draw.uuid(kindItem, id), ItemCode: "M0001", ItemName: strings.SplitN(lines(itemList)[0], "|", 2)[0], ItemType: "D", Quantity: units(1).pointer(),
		ItemPrice: (first.price - 200).decimal(), ItemCareType: string(first.care), ItemFrequency: ptr(0), ItemPatCat: first.patients,
		ValidityFrom: at(g.day(1600), 8), ValidityTo: &created, LegacyID: ptr(first.id), AuditUserID: 1,
	})
}

func readArticle(id int, price, care, patients, frequency, level string) *article {
	a := &article{id: id, care: care[0], level: strings.Index("DCH", level)}
	var whole int
	fmt.Sscan(price, &whole) //nolint:errcheck // the lists below are checked by a test
	a.price = units(whole)
	fmt.Sscan(patients, &a.patients)   //nolint:errcheck // as above
	fmt.Sscan(frequency, &a.frequency) //nolint:errcheck // as above
	return a
}

func lines(list string) []string { return strings.Split(strings.TrimSpace(list), "\n") }

// name | package | price | type | care | patients | frequency | level
const itemList = `
Paracetamol 500 mg tablet|1000 tablets|10|D|B|15|0|D
Paracetamol syrup 120 mg/5 ml|60 ml bottle|90|D|B|8|0|D
Ibuprofen 400 mg tablet|500 tablets|20|D|B|15|0|D
Aspirin 300 mg tablet|1000 tablets|10|D|B|15|0|D
Amoxicillin 250 mg capsule|1000 capsules|30|D|B|15|0|D
Amoxicillin suspension 125 mg/5 ml|100 ml bottle|180|D|B|8|0|D
Penicillin V 250 mg tablet|1000 tablets|30|D|B|15|0|D
Benzylpenicillin injection 5 MU|50 vials|250|D|B|15|0|C
Co-trimoxazole 480 mg tablet|1000 tablets|20|D|B|15|0|D
Metronidazole 200 mg tablet|1000 tablets|20|D|B|15|0|D
Metronidazole infusion 500 mg|100 ml bottle|600|D|I|15|0|H
Ciprofloxacin 500 mg tablet|100 tablets|50|D|B|15|0|D
Doxycycline 100 mg capsule|1000 capsules|30|D|B|15|0|D
Erythromycin 250 mg tablet|1000 tablets|40|D|B|15|0|D
Ceftriaxone injection 1 g|10 vials|950|D|B|15|0|C
Gentamicin injection 80 mg/2 ml|100 ampoules|150|D|B|15|0|C
Artemether and lumefantrine tablet|30 courses|350|D|B|15|14|D
Artesunate injection 60 mg|10 vials|1400|D|B|15|0|C
Quinine injection 600 mg/2 ml|100 ampoules|400|D|I|15|0|H
Albendazole 400 mg tablet|100 tablets|40|D|B|15|30|D
Praziquantel 600 mg tablet|100 tablets|120|D|B|15|30|D
Oral rehydration salts|100 sachets|50|D|B|15|0|D
Zinc sulphate 20 mg tablet|100 tablets|20|D|B|8|0|D
Vitamin A 200 000 IU capsule|100 capsules|30|D|B|15|30|D
Ferrous sulphate with folic acid tablet|1000 tablets|10|D|B|15|0|D
Multivitamin tablet|1000 tablets|10|D|B|15|0|D
Chlorphenamine 4 mg tablet|1000 tablets|10|D|B|15|0|D
Salbutamol 4 mg tablet|1000 tablets|10|D|B|15|0|D
Salbutamol inhaler|200 doses|900|D|B|15|0|C
Aminophylline injection 250 mg|50 ampoules|300|D|I|15|0|H
Prednisolone 5 mg tablet|1000 tablets|20|D|B|15|0|C
Hydrocortisone injection 100 mg|25 vials|500|D|B|15|0|C
Adrenaline injection 1 mg/ml|10 ampoules|300|D|B|15|0|C
Diazepam injection 10 mg/2 ml|100 ampoules|250|D|B|15|0|C
Phenobarbital 30 mg tablet|1000 tablets|10|D|B|15|0|C
Carbamazepine 200 mg tablet|100 tablets|50|D|B|15|0|C
Amlodipine 5 mg tablet|100 tablets|40|D|B|4|0|D
Hydrochlorothiazide 25 mg tablet|1000 tablets|20|D|B|4|0|D
Enalapril 10 mg tablet|100 tablets|40|D|B|4|0|C
Furosemide injection 20 mg/2 ml|100 ampoules|200|D|I|15|0|H
Metformin 500 mg tablet|1000 tablets|30|D|B|4|0|D
Glibenclamide 5 mg tablet|1000 tablets|20|D|B|4|0|C
Insulin, soluble, 100 IU/ml|10 ml vial|2400|D|B|15|0|H
Omeprazole 20 mg capsule|100 capsules|40|D|B|15|0|D
Antacid chewing tablet|1000 tablets|10|D|B|15|0|D
Hyoscine butylbromide 10 mg tablet|100 tablets|40|D|B|15|0|D
Glucose infusion 5 %|500 ml bottle|450|D|B|15|0|C
Sodium chloride infusion 0.9 %|500 ml bottle|400|D|B|15|0|C
Oxytocin injection 10 IU|10 ampoules|350|D|B|6|0|C
Magnesium sulphate injection 50 %|10 ampoules|500|D|I|6|0|H
Tetanus vaccine dose|10 doses|300|D|B|15|0|D
Lidocaine injection 1 %|20 ml vial|250|D|B|15|0|C
Ketamine injection 50 mg/ml|10 ml vial|1200|D|I|15|0|H
Gauze bandage, 10 cm|1 roll|60|M|B|15|0|D
Cotton wool, 100 g|1 roll|80|M|B|15|0|D
Examination gloves, pair|50 pairs|30|M|B|15|0|D
Surgical gloves, sterile pair|50 pairs|120|M|B|15|0|C
Syringe with needle, 5 ml|100 pieces|20|M|B|15|0|D
Intravenous cannula, 20 G|50 pieces|180|M|B|15|0|C
Plaster of Paris bandage, 15 cm|12 rolls|350|M|B|15|0|H
Delivery kit, clean|1 kit|1500|M|B|6|0|C
`

// name | type | level of service | price | care | category | patients | frequency | level of facility
const serviceList = `
Consultation by a clinical officer|C|V|300|O|C|15|0|D
Consultation by a doctor|C|V|600|O|C|15|0|C
Consultation by a specialist|C|V|1500|O|C|15|0|H
Follow-up visit|C|V|200|O|V|15|0|D
Home visit by a nurse|P|V|400|O|V|15|0|D
Health education talk|P|S|100|O|O|15|0|D
Child growth check|P|V|150|O|V|8|14|D
Vaccination session, child|P|S|100|O|O|8|14|D
Family planning advice|P|V|200|O|V|6|0|D
Antenatal check, first|P|V|500|O|A|6|90|D
Antenatal check, later|P|V|350|O|A|6|14|D
Check after childbirth|P|V|350|O|V|6|0|D
Normal delivery|C|H|6000|B|D|6|180|C
Delivery with instruments|C|H|9000|I|D|6|180|H
Caesarean section|C|H|28000|I|S|6|180|H
Wound dressing|C|S|250|O|O|15|0|D
Suture of a small wound|C|S|700|O|O|15|0|D
Incision of an abscess|C|S|900|O|O|15|0|C
Removal of a foreign body|C|S|500|O|O|15|0|D
Plaster for a simple fracture|C|S|2500|O|O|15|0|H
Extraction of a tooth|C|S|800|O|O|15|0|C
Filling of a tooth|C|S|1200|O|O|15|0|H
Hernia repair|C|H|18000|I|S|15|0|H
Removal of the appendix|C|H|20000|I|S|15|0|H
Circumcision, medical|C|S|4000|O|S|13|0|H
Bed day, general ward|C|D|1000|I|H|15|0|H
Bed day, children's ward|C|D|900|I|H|8|0|H
Bed day, maternity ward|C|D|1000|I|H|6|0|H
Bed day, health centre|C|D|600|I|H|15|0|C
Intensive care day|C|D|6000|I|H|15|0|H
Malaria rapid test|C|S|200|B|O|15|0|D
Blood film for parasites|C|S|250|B|O|15|0|C
Full blood count|C|S|600|B|O|15|0|C
Blood sugar test|C|S|200|B|O|15|0|D
Urine test strip|C|S|150|B|O|15|0|D
Stool microscopy|C|S|250|B|O|15|0|C
HIV rapid test|P|S|300|B|O|15|0|D
Chest X-ray|C|S|2200|B|O|15|0|H
Ultrasound of the abdomen|C|S|2800|B|O|15|0|H
Obstetric ultrasound|C|S|2500|B|O|6|30|H
Blood transfusion, one unit|C|S|3500|I|O|15|0|H
`

const diagnosisList = `
A01|Typhoid fever
A03|Bacillary dysentery
A06|Amoebiasis
A09|Diarrhoea and gastroenteritis
A15|Tuberculosis of the lung
A46|Erysipelas
A53|Syphilis, not further specified
B01|Chickenpox
B05|Measles
B20|HIV disease
B35|Ringworm
B37|Candida infection
B50|Malaria by Plasmodium falciparum
B54|Malaria, not further specified
B65|Schistosomiasis
B77|Roundworm infection
B86|Scabies
D50|Anaemia from lack of iron
D57|Sickle-cell disease
E10|Diabetes, type 1
E11|Diabetes, type 2
E40|Severe malnutrition
E86|Loss of body fluid
F32|Depressive episode
G40|Epilepsy
G43|Migraine
H10|Conjunctivitis
H25|Cataract of old age
H66|Middle ear infection
I10|High blood pressure
I50|Heart failure
I64|Stroke
J00|Common cold
J02|Sore throat
J03|Tonsillitis
J06|Infection of the upper airways
J18|Pneumonia
J20|Acute bronchitis
J45|Asthma
K02|Tooth decay
K04|Disease of the tooth pulp
K25|Stomach ulcer
K29|Gastritis
K35|Acute appendicitis
K40|Inguinal hernia
L02|Boil or abscess of the skin
L20|Atopic eczema
M25|Joint pain
M54|Back pain
N30|Bladder infection
N39|Urinary tract infection
N76|Inflammation of the vagina
O14|Pre-eclampsia
O80|Single birth without complication
O82|Single birth by Caesarean section
P07|Low birth weight
R50|Fever of unknown cause
R51|Headache
S01|Open wound of the head
S52|Fracture of the forearm
T14|Injury, not further specified
Z34|Supervision of a normal pregnancy
`
