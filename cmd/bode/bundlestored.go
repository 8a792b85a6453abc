package main

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/pelletier/go-toml/v2"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/locales"
)

// loadStored compiles the bundle that was published under a hash. One that an
// older version published may lack sentences that this version's engine has to
// say: those come from the program. It may also have faults that only this
// version sees: it was judged when it was published, and bode doctor names
// them. An update never ends the service.
func loadStored(hash string, content []byte, options flow.Options) (*flow.Bundle, flow.Faults, error) {
	bundle, faults, err := loadPacked(content, options)
	if err != nil || bundle != nil {
		return bundle, faults, err
	}
	whole, err := completed(content)
	if err != nil {
		return nil, faults, nil // what is wrong with it, the faults say
	}
	options.Live = true
	bundle, faults, err = loadPacked(whole, options)
	if bundle != nil {
		bundle.Hash = hash // it is still the bundle that was published
	}
	return bundle, faults, err
}

// completed adds the engine's sentences that a bundle's own files do not have.
func completed(content []byte) ([]byte, error) {
	stored, err := unpack(content)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	if err := gather(files, "", stored); err != nil {
		return nil, err
	}
	names, err := fs.Glob(locales.FS, "bode.*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		own, there := files[path.Join("locales", name)]
		if !there {
			continue // a language that this municipality does not have
		}
		if files[path.Join("locales", name)], err = withSentences(own, name); err != nil {
			return nil, err
		}
	}
	return archived(files)
}

func withSentences(own []byte, name string) ([]byte, error) {
	shipped, err := fs.ReadFile(locales.FS, name)
	if err != nil {
		return nil, err
	}
	var to, from map[string]any
	if err := toml.Unmarshal(own, &to); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := toml.Unmarshal(shipped, &from); err != nil {
		return nil, fmt.Errorf("built-in %s: %w", name, err)
	}
	addMissing(to, map[string]any{"engine": from["engine"]})
	return toml.Marshal(to)
}

// addMissing copies what is not there; what is there stays as it is.
func addMissing(to, from map[string]any) {
	for key, value := range from {
		own, there := to[key]
		if !there {
			to[key] = value
			continue
		}
		table, ok := own.(map[string]any)
		if more, both := value.(map[string]any); ok && both {
			addMissing(table, more)
		}
	}
}
