//go:build !unix

package cli

import "os"

// passed are the signals that go on to a program.
func passed() []os.Signal { return []os.Signal{os.Interrupt} }

// typed: the console tells every program of it.
func typed(os.Signal) bool { return true }

func ended(state *os.ProcessState) error { return exitStatus(state.ExitCode()) }

func died(os.Signal) error { return exitStatus(exitFailed) }
