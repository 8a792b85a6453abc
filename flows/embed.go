// Package flows holds the conversations of the example town, as the program
// carries them. It never reads them itself.
package flows

import "embed"

// FS holds every flow file, the notices, the templates and the dialogues that test them.
//
//go:embed *.toml *.chat notices/*.toml templates/*.toml
var FS embed.FS
