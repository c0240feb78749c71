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
}

var evidents = [...]evident{
	{"434", "--", 11, HealthPlan, "us_mbi", mbi},
	{"B", "", 11, HealthPlan, "us_mbi", mbi},
	{"H", "", 17, VIN, "", vinChecked},
	{"G", "", 16, DriverLicense, "uk", ukLicense},
	{"324", "--", 9, ITIN, "", itin},
	{"2661", "---", 15, IMEI, "", imei},
	{"22221", "    ", 9, NationalID, "uk_nino", nino},
	{"261", "  ", 9, NationalID, "uk_nino", nino},
	{"3332", "..-", 11, NationalID, "br_cpf", cpf},
	{"23342", "../-", 14, NationalID, "br_cnpj", cnpj},
	{"2331", "..-", 9, NationalID, "cl_rut", rut},
	{"1331", "..-", 8, NationalID, "cl_rut", rut},
	{"281", "--", 11, NationalID, "ar_cuit", cuit},
	{"67", "-", 13, NationalID, "kr_rrn", rrnChecked},
	{"3442", "...", 13, NationalID, "ch_ahv", ahv},
	{"D", "", 13, NationalID, "ch_ahv", ahv},
	{"22232", "..-.", 11, NationalID, "be_nn", beNN},
	{"64", "-", 10, NationalID, "fi_hetu", hetu},
	{"64", "+", 10, NationalID, "fi_hetu", hetu},
	{"B", "", 11, NationalID, "fi_hetu", hetu},
	{"64", "-", 10, NationalID, "se_personnummer", personnummer},
	{"64", "+", 10, NationalID, "se_personnummer", personnummer},
	{"84", "-", 12, NationalID, "se_personnummer", personnummer},
	{"64", "/", 10, NationalID, "cz_rc", rodneCislo},
	{"G", "", 16, NationalID, "it_fiscal_code", itFiscalCode},
	{"I", "", 18, NationalID, "mx_curp", curp},
	{"I", "", 18, NationalID, "cn_rid", chineseID},
	{"1222332", "      ", 15, NationalID, "fr_nir", nirUsual},
	{"F", "", 15, NationalID, "fr_nir", nirUsual},
	{"C", "", 12, NationalID, "de_ssn", deSSN},
	{"2613", "   ", 12, NationalID, "de_ssn", deSSN},
	{"9", "", 9, NationalID, "es_nie", esNIE},
	{"9", "", 9, NationalID, "sg_nric", nric},
	{"14521", "----", 13, NationalID, "th_tnin", thaiID},
	{"2333", "   ", 11, NationalID, "au_abn", abn},
	{"624", "--", 12, NationalID, "my_nric", mykad},
	{"3471", "---", 15, NationalID, "ae_eid", emiratesID},
	{"3332", "-- ", 11, NationalID, "ru_snils", snils},
}

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
		end := t.shaped(e, start, first)
		if end == 0 || t.Wants>>e.typ&1 == 0 || !t.endsToken(end) || e.marks == "" && hasLower(t.Bytes[start:end]) {
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

// shaped returns where the code at start ends that has the sizes of e, the first of them up to end, and its marks between them, or 0.
func (t *Text) shaped(e *evident, start, end int) int {
	for g := range len(e.marks) {
		if t.at(end) != e.marks[g] {
			return 0
		}
		start = end + 1
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
