package catalog

// Find returns the entry that speaks for findings of a type and subtype.
func Find(findingType, subtype string) (e Entry, known bool) {
	for _, entry := range All() {
		if entry.Type != findingType {
			continue
		}
		if entry.Subtype == subtype {
			return entry, true
		}
		if entry.Subtype == "" {
			e, known = entry, true
		}
	}
	return e, known
}
