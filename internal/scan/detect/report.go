package main

import (
	"bufio"
	"fmt"
	"strings"
)

// report collects figures, prints them as Markdown tables and holds them to floors.
type report struct {
	out     *bufio.Writer
	subject *subject
	broken  []string
}

func (r *report) table(title string, columns ...string) {
	fmt.Fprintf(r.out, "\n### %s\n\n| %s |\n|%s\n", title, strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
}

func (r *report) row(cells ...string) {
	fmt.Fprintf(r.out, "| %s |\n", strings.Join(cells, " | "))
}

// share prints a part of a whole in percent.
func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f %%", percent(part, whole))
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

// atLeast holds a figure to the floor of that name.
func (r *report) atLeast(name string, part, whole int) {
	if floor, bound := floors[name]; bound && percent(part, whole) < floor {
		r.broken = append(r.broken, fmt.Sprintf("%s: %.2f %% is below %.2f %%", name, percent(part, whole), floor))
	}
}

// atMost holds what is found in benign texts of a kind to its ceiling. It allows one text more than the share, so that a
// machine with few texts is not held to less than one.
func (r *report) atMost(kind, profile, class string, part, whole int) {
	ceiling, own := ceilings[kind]
	if !own {
		ceiling = usualCeiling
	}
	if float64(part) > ceiling/100*float64(whole)+1 {
		r.broken = append(r.broken, fmt.Sprintf("%s in %s of profile %s: %.2f %% of %d is above %.2f %%", class, kind, profile, percent(part, whole), whole, ceiling))
	}
}

// verdict is nil when every figure keeps its floor.
func (r *report) verdict() error {
	if len(r.broken) == 0 {
		return nil
	}
	return fmt.Errorf("figures out of bounds:\n  %s", strings.Join(r.broken, "\n  "))
}
