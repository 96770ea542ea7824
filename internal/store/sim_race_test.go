//go:build race

package store

// schedulesShare is the part of the schedules that run: under the race detector
// each takes many times as long, and one goroutine runs at a time anyway.
const schedulesShare = 50
