// Package flows holds the conversations of the example town, as the program
// carries them. It never reads them itself.
package flows

import "embed"

// FS holds every flow file.
//
//go:embed *.toml
var FS embed.FS
