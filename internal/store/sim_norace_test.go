//go:build !race

package store

const schedulesShare = 1
