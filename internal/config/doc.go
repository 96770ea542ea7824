// Package config has the settings of kith: one struct whose tags give each
// setting its key, default and explanation, and a loader that fills it from
// defaults, a YAML file, KITH_ variables and flags, later ones over earlier
// ones, and remembers which of them each value came from.
//
// It owns the environment of the process and the secret files beside the data,
// and refuses to know what the settings are for: building things from them is
// app's.
package config
