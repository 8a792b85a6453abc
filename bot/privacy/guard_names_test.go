package privacy

import (
	"path/filepath"
	"strings"
	"testing"
)

// What the tables find in a text, the quick look in front of them must not
// have left out: in every sentence of the corpus, and in every phrase of a table.
func TestMayName_neverLeavesOutWhatTheTablesFind(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) < 8*len(guardLanguageCodes) {
		t.Fatalf("%d files: %v", len(files), err)
	}
	var texts []string
	for _, file := range files {
		texts = append(texts, corpusLines(t, strings.Split(strings.TrimPrefix(filepath.ToSlash(file), "testdata/"), "/")...)...)
	}
	for _, id := range neverAsked {
		for _, p := range strings.FieldsFunc(id.phrases, func(r rune) bool { return r == '|' || r == '\n' }) {
			texts = append(texts, strings.NewReplacer("_", "van uw", "*", "").Replace(p), "و"+strings.TrimSpace(p))
		}
	}
	named := 0
	for _, text := range texts {
		for _, s := range theGuard.readSentences(text) {
			for _, clause := range s.clauses {
				for i := range clause {
					if theGuard.identifierAt(clause, i) == 0 && !theGuard.digid.in(clause[i:]) {
						continue
					}
					if named++; !theGuard.mayName(text) {
						t.Fatalf("%q names something at %q", text, clause[i])
					}
				}
			}
		}
	}
	if named < 500 {
		t.Errorf("only %d places name anything", named)
	}
}
