package pii

import "strings"

// Vendor is a rule for the secrets of one vendor, as the catalogue of detectors lists it.
type Vendor struct {
	Subtype, Shape string
	// Names are the words of which a label or field name must have one, with bars between them; empty where the shape
	// says enough.
	Names string
}

// Vendors returns all rules for secrets of vendors.
func Vendors() (all []Vendor) {
	for _, r := range vendors.rules[1:] {
		all = append(all, Vendor{Subtype: r.subtype, Shape: string(r.shape)})
	}
	for _, line := range strings.Split(strings.TrimSpace(vendorLabels), "\n") {
		fields := strings.Fields(line)
		for _, s := range fields[2:] {
			all = append(all, Vendor{Subtype: fields[0], Shape: s, Names: fields[1]})
		}
	}
	return all
}
