package dialogue

import "strings"

// Updated gives the file with today's answers. Comments, clock and messages
// stay as they are; an answer that matches too, and of another one the lines
// that still fit, "..." among them. A message without an answer gets one.
func (r *Result) Updated() []byte {
	at := map[int]answer{} // by the first line of the answer, or the last of a message without one
	for _, a := range r.answers {
		switch w := a.says.Want; {
		case w == nil:
			at[a.says.Last] = a
		case !a.matches(w):
			at[w.First] = a
		}
	}
	var out []string
	for n := 1; n <= len(r.File.lines); n++ {
		a, changed := at[n]
		switch {
		case !changed:
			out = append(out, r.File.lines[n-1])
		case a.says.Want == nil:
			out = append(append(out, r.File.lines[n-1]), written(a.fresh())...)
		default:
			out = append(out, written(a.renewed())...)
			n = a.says.Want.Last
		}
	}
	return []byte(strings.Join(out, "\n") + "\n")
}

// fresh is an answer that was not written yet.
func (a answer) fresh() []string {
	if a.brief != nil {
		return a.brief
	}
	return a.lines
}

// renewed is a written answer brought to what came.
func (a answer) renewed() []string {
	got := a.closest(a.says.Want.Lines)
	if equal(got, []string{nothing}) {
		return got
	}
	var lines []string
	rows, _ := compare(a.says.Want.Lines, got)
	for i, row := range rows {
		switch {
		case row.same && (i == 0 || rows[i-1].want != row.want):
			lines = append(lines, a.says.Want.Lines[row.want])
		case !row.same && row.got >= 0:
			lines = append(lines, got[row.got])
		}
	}
	return lines
}

// written sets an answer as it stands in a file.
func written(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		switch {
		case i == 0:
			out[i] = "< " + line
		case line != "":
			out[i] = "  " + line
		}
	}
	return out
}
