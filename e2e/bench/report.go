package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// figure is one measured value and what it is compared with.
type figure struct {
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Baseline string  `json:"baseline,omitempty"`
	Ratio    float64 `json:"ratio,omitempty"`
}

// report collects figures in the order they were measured.
type report struct {
	figures []figure
	values  map[string]float64
}

// add records and prints a figure; baseline names an earlier one of the same unit, or is empty.
func (r *report) add(name string, value float64, unit, baseline string) {
	f := figure{Name: name, Value: value, Unit: unit, Baseline: baseline}
	if base := r.values[baseline]; baseline != "" && base != 0 {
		f.Ratio = value / base
	}
	if r.values == nil {
		r.values = map[string]float64{}
	}
	r.values[name] = value
	r.figures = append(r.figures, f)
	if f.Ratio == 0 {
		fmt.Printf("%-52s %10.1f %-10s\n", name, value, unit)
		return
	}
	fmt.Printf("%-52s %10.1f %-10s %6.2fx %s\n", name, value, unit, f.Ratio, baseline)
}

// write saves the figures as a JSON array.
func (r *report) write(path string) error {
	if path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(r.figures, "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := os.WriteFile(path, append(raw, '\n'), 0o644); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
