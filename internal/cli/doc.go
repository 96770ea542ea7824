// Package cli is the command line of kith: cobra commands that read arguments,
// call what does the work and print what came of it, for people or as JSON. It
// refuses to do the work itself.
//
// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no server reached, 4 a world
// file or the settings are invalid. Nothing asks questions.
package cli
