package pii

// VendorRule is a line of the table of vendors.
type VendorRule struct {
	Subtype, Shape string
}

// VendorRules are all rules whose secrets say themselves what they are.
func VendorRules() (all []VendorRule) {
	for _, r := range vendors.rules[1:] {
		all = append(all, VendorRule{r.subtype, string(r.shape)})
	}
	return all
}

// VendorLabels is the table of vendors whose secrets need a label.
const VendorLabels = vendorLabels

// CRCSuffix reports whether a token's body ends with its checksum.
func CRCSuffix(body string) bool { return crcSuffix([]byte(body)) }
