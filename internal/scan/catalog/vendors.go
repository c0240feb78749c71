package catalog

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/pii/shapetest"
)

// vendors describes the secrets of vendors, one entry for each subtype of the scanner's tables. Their examples are made
// from the shapes, so that none of them was ever anybody's.
func vendors() (all []Entry) {
	rules := pii.Vendors()
	index := make(map[string]int)
	shapes := make(map[string][]string)
	for _, rule := range rules {
		shapes[rule.Subtype] = append(shapes[rule.Subtype], "`"+rule.Shape+"`")
	}
	for _, rule := range rules {
		at, known := index[rule.Subtype]
		if !known {
			at = len(all)
			index[rule.Subtype] = at
			all = append(all, vendorEntry(rule, strings.Join(shapes[rule.Subtype], ", ")))
		}
		e := &all[at]
		if len(e.Positives) < 6 {
			addExamples(e, rule)
		}
	}
	return all
}

func vendorEntry(rule pii.Vendor, shapes string) Entry {
	vendor, _, _ := strings.Cut(rule.Subtype, "_")
	e := Entry{
		Type: "SECRET", Subtype: rule.Subtype, Is: strings.ReplaceAll(rule.Subtype, "_", " ") + ": " + shapes,
		Source:   vendor + "'s documentation of its credentials",
		Evidence: "structure: prefix, alphabet and length", Hazards: "placeholders and masks, which have few different characters",
	}
	if rule.Names != "" {
		e.Evidence = "field or label that says secret and names the vendor (" + strings.ReplaceAll(rule.Names, "|", ", ") + "), then alphabet and length"
		e.Hazards = "the same value without such a name, which may be a hash or an identifier"
	}
	return e
}

// addExamples adds a value of the rule where secrets stand, and what is none.
func addExamples(e *Entry, rule pii.Vendor) {
	seed := fnv.New64a()
	seed.Write([]byte(rule.Subtype + rule.Shape))
	random := rand.New(rand.NewPCG(seed.Sum64(), 1))
	v := shapetest.Make(random, rule.Shape)
	for !strings.ContainsAny(v.Text, "0123456789") || strings.ToLower(v.Text) == strings.ToUpper(v.Text) {
		v = shapetest.Make(random, rule.Shape)
	}
	middle := v.Parts[len(v.Parts)-1]
	for _, p := range v.Parts {
		if p.Class != 0 && p.End-p.Start > middle.End-middle.Start {
			middle = p
		}
	}
	cut := min(middle.Start+4, middle.End-1)
	broken := v.Text[:cut] + " " + v.Text[cut:min(cut+4, len(v.Text))]
	masked := v.Text[:middle.Start] + strings.Repeat("x", middle.End-middle.Start) + v.Text[middle.End:]
	if rule.Names == "" {
		e.Positives = append(e.Positives, join(text("use «"+v.Text+"» for it"), text("KEY=«"+v.Text+"»"), field("value", v.Text))...)
		e.Negatives = append(e.Negatives, text("use "+broken+" for it", "use "+masked+" for it", "use z"+v.Text+" for it")...)
		return
	}
	name, _, _ := strings.Cut(rule.Names, "|")
	e.Positives = append(e.Positives, join(text(strings.ToUpper(name)+"_API_KEY=«"+v.Text+"»", `{"`+name+`_secret": "«`+v.Text+`»"}`), field(name+"_api_key", v.Text))...)
	e.Negatives = append(e.Negatives, join(text(v.Text, name+"_api_key: "+masked), field(name+"_id", v.Text))...)
}
