package scan

import "slices"

// sorted returns all findings by their place in the body.
func (e *engine) sorted() []Finding {
	e.settleRest()
	e.findings = mergeFindings(e.findings, 0)
	return e.findings
}

// mergeFindings sorts findings[from:] and joins those of one type that overlap: the surer one says what it
// is, both say where.
func mergeFindings(findings []Finding, from int) []Finding {
	part := findings[from:]
	slices.SortFunc(part, func(a, b Finding) int {
		switch {
		case a.Start != b.Start:
			return a.Start - b.Start
		case a.Type != b.Type:
			if a.Type < b.Type {
				return -1
			}
			return 1
		}
		return b.End - a.End
	})
	kept := part[:0]
	for i := range part {
		f := part[i]
		if into := overlapping(kept, &f); into != nil {
			end := max(into.End, f.End)
			if f.Confidence > into.Confidence {
				start := into.Start
				*into = f
				into.Start = start
			}
			into.End = end
			continue
		}
		kept = append(kept, f)
	}
	return findings[:from+len(kept)]
}

// overlapping finds the last kept finding of f's type when it reaches into f. Others of that type lie before it.
func overlapping(kept []Finding, f *Finding) *Finding {
	for i := len(kept) - 1; i >= 0 && len(kept)-i <= len(typeNames)*2; i-- {
		if kept[i].Type == f.Type {
			if kept[i].End > f.Start {
				return &kept[i]
			}
			return nil
		}
	}
	return nil
}
