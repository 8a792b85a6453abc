package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"

	"github.com/gemeentebode/bode/bot/notify"
)

// price is what one delivered message costs, by its category.
type price struct {
	Utility float64 `toml:"utility"`
	Service float64 `toml:"service"`
}

var phoneCode = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)

// prices are what messages cost by the provider's letter.
type prices struct {
	Currency string  `toml:"currency"`
	Utility  float64 `toml:"utility"`
	Service  float64 `toml:"service"`

	Abroad map[string]price `toml:"abroad"` // by country code
}

func (p prices) check(say func(bad bool, format string, args ...any)) {
	wrong := func(one price) bool {
		return !(one.Utility >= 0 && one.Utility < 100) || !(one.Service >= 0 && one.Service < 100)
	}
	say(wrong(price{p.Utility, p.Service}), "[notify.prices] a price is from 0 to 100")
	for _, code := range p.codes() {
		say(!phoneCode.MatchString(code), "[notify.prices.abroad] %q: write a country code in digits, such as \"49\"", code)
		say(wrong(p.Abroad[code]), "[notify.prices.abroad] %q: a price is from 0 to 100", code)
	}
}

func (p prices) codes() []string { return slices.Sorted(maps.Keys(p.Abroad)) }

// of gives the price for a country code; "": that of the table itself.
func (p prices) of(code string) price {
	if abroad, there := p.Abroad[code]; there {
		return abroad
	}
	return price{p.Utility, p.Service}
}

// cost is what a rehearsed run costs when all is delivered.
func (p prices) cost(r notify.Rehearsal) (total float64) {
	for code, n := range r.OutsidePrefix {
		total += float64(n) * p.of(code).Utility
	}
	for code, n := range r.InsidePrefix {
		total += float64(n) * p.of(code).Service
	}
	return total
}

// print writes a line per category and country code.
func (p prices) print(w io.Writer, r notify.Rehearsal) {
	fmt.Fprintf(w, "Cost, when all is delivered: %s %.2f\n", p.Currency, p.cost(r))
	line := func(what, code string, n int, each float64) {
		if code != "" {
			what += ", +" + code
		}
		fmt.Fprintf(w, "  %-44s %7d x %.4f\n", what, n, each)
	}
	for _, code := range slices.Sorted(maps.Keys(r.OutsidePrefix)) {
		line("utility (a template)", code, r.OutsidePrefix[code], p.of(code).Utility)
	}
	for _, code := range slices.Sorted(maps.Keys(r.InsidePrefix)) {
		line("service (free text, within their 24 hours)", code, r.InsidePrefix[code], p.of(code).Service)
	}
}
