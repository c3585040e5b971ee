//go:build !race

package main

// racing says that the race detector is on: see slowUnderRace.
const racing = false
