// Package locales holds the engine's own sentences and the translations of the
// example flows, as the program carries them. It never reads them itself.
package locales

import "embed"

// FS holds every locale file.
//
//go:embed *.toml
var FS embed.FS
