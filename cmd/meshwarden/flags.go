package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choiceFlag is a flag with a closed set of values; the first is its default.
type choiceFlag struct {
	value   string
	choices []string
}

// String, Set and Type implement pflag.Value.
func (c *choiceFlag) String() string { return c.value }

func (c *choiceFlag) Set(s string) error {
	if !slices.Contains(c.choices, s) {
		return fmt.Errorf("must be %s", oneOf(c.choices))
	}
	c.value = s
	return nil
}

func (c *choiceFlag) Type() string { return "choice" }

func (c *choiceFlag) add(cmd *cobra.Command, name, usage string, choices ...string) {
	c.value, c.choices = choices[0], choices
	cmd.Flags().Var(c, name, usage+oneOf(choices))
	if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag was registered the line before
	}
}

// oneOf writes a list of two or more as a, b or c.
func oneOf(list []string) string {
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

// outputFlag is --output.
type outputFlag struct{ choiceFlag }

func (o *outputFlag) add(cmd *cobra.Command, formats ...string) {
	o.choiceFlag.add(cmd, "output", "format of what is printed: ", formats...)
}

func (o *outputFlag) json() bool { return o.value == "json" }

// print writes v as JSON, or for people by text.
func (o *outputFlag) print(cmd *cobra.Command, v any, text func() error) error {
	if o.json() {
		return printJSON(cmd.OutOrStdout(), v)
	}
	return text()
}

// networksFlag is a repeatable flag of address ranges; a single address is one too.
type networksFlag struct{ to *[]netip.Prefix }

// String, Set and Type implement pflag.Value.
func (n networksFlag) String() string {
	if n.to == nil || len(*n.to) == 0 {
		return ""
	}
	return fmt.Sprint(*n.to)
}

func (n networksFlag) Set(s string) error {
	for text := range strings.SplitSeq(s, ",") {
		prefix, err := netip.ParsePrefix(text)
		if address, addressErr := netip.ParseAddr(text); err != nil && addressErr == nil {
			prefix, err = address.Prefix(address.BitLen())
		}
		if err != nil {
			return fmt.Errorf("%q is not an address or a range such as 10.0.0.0/8", text)
		}
		*n.to = append(*n.to, prefix)
	}
	return nil
}

func (n networksFlag) Type() string { return "networks" }

// addFetchAllowFlag adds --fetch-allow.
func addFetchAllowFlag(cmd *cobra.Command, to *[]netip.Prefix) {
	cmd.Flags().Var(networksFlag{to}, "fetch-allow", "networks that key sets may be fetched from beside public addresses, such as 10.0.0.0/8; may be repeated")
}

// require refuses a call without the named flags. For a server command it is called once --file was read.
func require(cmd *cobra.Command, names ...string) error {
	var missing []string
	for _, name := range names {
		if value := cmd.Flag(name).Value.String(); value == "" || value == "[]" {
			missing = append(missing, "--"+name)
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return usageError{fmt.Errorf("%s is required", missing[0])}
	}
	return usageError{fmt.Errorf("%s are required", strings.Join(missing, ", "))}
}

// printJSON writes v indented: what --output json prints.
func printJSON(w io.Writer, v any) error {
	encoder := newEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// printJSONLine writes v as one line, for streams of objects.
func printJSONLine(w io.Writer, v any) error { return newEncoder(w).Encode(v) }

func newEncoder(w io.Writer) *json.Encoder {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder
}
