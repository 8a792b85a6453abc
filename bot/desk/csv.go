package desk

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"unicode"
)

// sendCSV gives a table as a file that a Dutch spreadsheet opens by itself:
// UTF-8 with a byte order mark, semicolons, lines that end as on Windows.
func sendCSV(w http.ResponseWriter, name string, table [][]string) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	rows := csv.NewWriter(&out)
	rows.Comma, rows.UseCRLF = ';', true
	for _, row := range table {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = harmless(cell)
		}
		_ = rows.Write(safe) // a buffer takes everything
	}
	rows.Flush()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	out.WriteTo(w)
}

// harmless keeps a spreadsheet from taking a text for a formula: what a
// resident wrote must not run on a colleague's machine (OWASP, CSV injection).
func harmless(cell string) string {
	start := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	if start != "" && strings.ContainsRune("=+-@|%＝＋－＠−", []rune(start)[0]) || strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") {
		return "'" + cell
	}
	return cell
}
