package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// The states of a remark.
const (
	stateGood  = "good"
	stateWrong = "WRONG"
	stateNote  = "note" // nothing that stops residents, but somebody should know
)

// remark is one thing that the doctor looked at: what was found, and what to do
// or whom to ask. It holds no token, no number of a person, no name.
type remark struct {
	State string `json:"state"`
	What  string `json:"what"`
	Found string `json:"found,omitempty"`
	Todo  string `json:"todo,omitempty"`
}

func good(what, found string) remark        { return remark{stateGood, what, found, ""} }
func wrong(what, found, todo string) remark { return remark{stateWrong, what, found, todo} }
func note(what, found, todo string) remark  { return remark{stateNote, what, found, todo} }

// report prints lines as they come, or all at the end as JSON.
type report struct {
	out    io.Writer
	asJSON bool
	lines  []remark
	bad    int
}

func (r *report) say(lines ...remark) {
	for _, l := range lines {
		r.lines = append(r.lines, l)
		if l.State == stateWrong {
			r.bad++
		}
		if !r.asJSON {
			fmt.Fprint(r.out, l)
		}
	}
}

func (l remark) String() string {
	text := fmt.Sprintf("%-5s  %s", l.State, l.What)
	if l.Found != "" {
		text += ": " + l.Found
	}
	if l.Todo != "" {
		text += "\n       What to do: " + l.Todo
	}
	return text + "\n"
}

// end prints the last words and gives the exit code.
func (r *report) end(words string) error {
	if r.asJSON {
		encoder := json.NewEncoder(r.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(struct {
			Wrong int      `json:"wrong"`
			Lines []remark `json:"lines"`
		}{r.bad, r.lines}); err != nil {
			return err
		}
	}
	if r.bad > 0 {
		return failure{exitFaults, errFaults}
	}
	if !r.asJSON {
		fmt.Fprintln(r.out, words)
	}
	return nil
}
