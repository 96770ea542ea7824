package world

import _ "embed"

//go:embed demo.yaml
var demo string

// Demo is the built-in world, with one named person for each documented outcome.
func Demo() []byte { return []byte(demo) }
