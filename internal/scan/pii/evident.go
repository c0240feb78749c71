package pii

import (
	"math/bits"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// evident is a code that its form and check digits prove: no other number has them but by chance in one of some hundred, and
// programs do not write it for anything else.
type evident struct {
	// sizes of the groups, from 'A' on ten and more, and the marks between them.
	sizes, marks string
	length       uint8
	typ          Type
	subtype      string
	check        func(code []byte) bool
	// weak says that shape and check prove less, so that a field which holds an order's or a thing's number takes it away.
	weak bool
	// lower says that small letters are as good; with marks they always are.
	lower bool
}

var evidents = [...]evident{
	{sizes: "434", marks: "--", length: 11, typ: HealthPlan, subtype: "us_mbi", check: mbi},
	{sizes: "B", marks: "", length: 11, typ: HealthPlan, subtype: "us_mbi", check: mbi},
	{sizes: "H", marks: "", length: 17, typ: VIN, subtype: "", check: vinChecked},
	{sizes: "G", marks: "", length: 16, typ: DriverLicense, subtype: "uk", check: ukLicense},
	{sizes: "324", marks: "--", length: 9, typ: ITIN, subtype: "", check: itin},
	{sizes: "2661", marks: "---", length: 15, typ: IMEI, subtype: "", check: imei},
	{sizes: "22221", marks: "    ", length: 9, typ: NationalID, subtype: "uk_nino", check: nino},
	{sizes: "261", marks: "  ", length: 9, typ: NationalID, subtype: "uk_nino", check: nino},
	{sizes: "3332", marks: "..-", length: 11, typ: NationalID, subtype: "br_cpf", check: cpf},
	{sizes: "23342", marks: "../-", length: 14, typ: NationalID, subtype: "br_cnpj", check: cnpj},
	{sizes: "2331", marks: "..-", length: 9, typ: NationalID, subtype: "cl_rut", check: rut},
	{sizes: "1331", marks: "..-", length: 8, typ: NationalID, subtype: "cl_rut", check: rut},
	{sizes: "281", marks: "--", length: 11, typ: NationalID, subtype: "ar_cuit", check: cuit},
	{sizes: "67", marks: "-", length: 13, typ: NationalID, subtype: "kr_rrn", check: rrnChecked},
	{sizes: "3442", marks: "...", length: 13, typ: NationalID, subtype: "ch_ahv", check: ahv},
	{sizes: "D", marks: "", length: 13, typ: NationalID, subtype: "ch_ahv", check: ahv},
	{sizes: "22232", marks: "..-.", length: 11, typ: NationalID, subtype: "be_nn", check: beNN},
	{sizes: "64", marks: "-", length: 10, typ: NationalID, subtype: "fi_hetu", check: hetu},
	{sizes: "64", marks: "+", length: 10, typ: NationalID, subtype: "fi_hetu", check: hetu},
	{sizes: "B", marks: "", length: 11, typ: NationalID, subtype: "fi_hetu", check: hetu},
	{sizes: "64", marks: "-", length: 10, typ: NationalID, subtype: "se_personnummer", check: personnummer},
	{sizes: "64", marks: "+", length: 10, typ: NationalID, subtype: "se_personnummer", check: personnummer},
	{sizes: "84", marks: "-", length: 12, typ: NationalID, subtype: "se_personnummer", check: personnummer},
	{sizes: "64", marks: "/", length: 10, typ: NationalID, subtype: "cz_rc", check: rodneCislo},
	{sizes: "G", marks: "", length: 16, typ: NationalID, subtype: "it_fiscal_code", check: itFiscalCode},
	{sizes: "I", marks: "", length: 18, typ: NationalID, subtype: "mx_curp", check: curp},
	{sizes: "I", marks: "", length: 18, typ: NationalID, subtype: "cn_rid", check: chineseID},
	{sizes: "1222332", marks: "      ", length: 15, typ: NationalID, subtype: "fr_nir", check: nirUsual},
	{sizes: "F", marks: "", length: 15, typ: NationalID, subtype: "fr_nir", check: nirUsual},
	{sizes: "C", marks: "", length: 12, typ: NationalID, subtype: "de_ssn", check: deSSN},
	{sizes: "2613", marks: "   ", length: 12, typ: NationalID, subtype: "de_ssn", check: deSSN},
	{sizes: "9", marks: "", length: 9, typ: NationalID, subtype: "es_nie", check: esNIE, lower: true},
	{sizes: "9", marks: "", length: 9, typ: NationalID, subtype: "sg_nric", check: nric},
	{sizes: "14521", marks: "----", length: 13, typ: NationalID, subtype: "th_tnin", check: thaiID},
	{sizes: "2333", marks: "   ", length: 11, typ: NationalID, subtype: "au_abn", check: abn},
	{sizes: "624", marks: "--", length: 12, typ: NationalID, subtype: "my_nric", check: mykad},
	{sizes: "3471", marks: "---", length: 15, typ: NationalID, subtype: "ae_eid", check: emiratesID},
	{sizes: "3332", marks: "-- ", length: 11, typ: NationalID, subtype: "ru_snils", check: snils},
	{sizes: "9", marks: "", length: 9, typ: NationalID, subtype: "es_nif", check: esNIF, weak: true},
	{sizes: "81", marks: "-", length: 9, typ: NationalID, subtype: "es_nif", check: esNIF, weak: true},
	{sizes: "81", marks: "-", length: 9, typ: NationalID, subtype: "es_nie", check: esNIE},
	{sizes: "9", marks: "", length: 9, typ: NationalID, subtype: "sg_uen", check: uen, weak: true},
	{sizes: "A", marks: "", length: 10, typ: NationalID, subtype: "sg_uen", check: uen, weak: true},
	{sizes: "F", marks: "", length: 15, typ: NationalID, subtype: "in_gstin", check: gstinChecked, weak: true},
	{sizes: "D", marks: "", length: 13, typ: NationalID, subtype: "za_id", check: zaUsual, weak: true},
	{sizes: "B", marks: "", length: 11, typ: NationalID, subtype: "eu_vat", check: germanVAT, weak: true},
}

var _ [64 - len(evidents)]struct{} // evidentSizes has a bit for each

// evidentTypes has the bits of the types in evidents.
const evidentTypes = 1<<HealthPlan | 1<<VIN | 1<<ITIN | 1<<IMEI | 1<<NationalID | 1<<DriverLicense

// nirUsual is a French number of somebody whose month of birth is known.
func nirUsual(c []byte) bool {
	return c[0] <= '2' && c[3] <= '1' && value(c[3:5]) <= 12 && nir(c)
}

// evidentCode appends what the code at start is by its form, and returns where it ends, or 0.
func (t *Text) evidentCode(start int, dst *[]Match) int {
	first := t.alnumEnd(start)
	n := first - start
	if n > maxCode {
		return 0
	}
	for may := evidentSizes[n] & evidentMarks[t.at(first)&0x7F]; may != 0; may &= may - 1 {
		e := &evidents[bits.TrailingZeros64(may)]
		end := t.shaped(e, first)
		if end == 0 || t.Wants>>e.typ&1 == 0 || !t.endsToken(end) || e.weak && t.Key&saysOther != 0 {
			continue
		}
		if !e.lower && e.marks == "" && hasLower(t.Bytes[start:end]) {
			continue
		}
		c, g := t.readCode(start), len(e.marks)
		if g >= c.groups || g > 0 && g+1 < c.groups && c.marks[g+1] == c.marks[g] || !e.check(c.chars[:e.length]) {
			continue
		}
		*dst = t.foundAs(*dst, e.typ, e.subtype, start, end, 0.8, match.High, "structure")
		return end
	}
	return 0
}

// shaped returns where the code ends that has the sizes of e, the first group up to end, and its marks between them, or 0.
func (t *Text) shaped(e *evident, end int) int {
	for g := range len(e.marks) {
		if t.at(end) != e.marks[g] {
			return 0
		}
		start := end + 1
		if end = t.alnumEnd(start); end-start != e.size(g+1) {
			return 0
		}
	}
	return end
}

// size is that of a group.
func (e *evident) size(g int) int {
	if e.sizes[g] >= 'A' {
		return int(e.sizes[g]-'A') + 10
	}
	return int(e.sizes[g] - '0')
}

// evidentSizes has, by the size of a first group, a bit for each code that begins so, and evidentMarks by what may follow that group:
// most numbers end here.
var evidentSizes, evidentMarks = func() (sizes [maxCode + 1]uint64, marks [0x80]uint64) {
	for i := range evidents {
		e := &evidents[i]
		sizes[e.size(0)] |= 1 << i
		for next := range marks {
			if e.marks == "" || int(e.marks[0]) == next {
				marks[next] |= 1 << i
			}
		}
	}
	return sizes, marks
}()

func hasLower(b []byte) bool {
	for _, c := range b {
		if isLower(c) {
			return true
		}
	}
	return false
}
