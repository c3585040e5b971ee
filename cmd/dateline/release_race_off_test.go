//go:build !race

package main

// releaseSample is of how many pages one is part of the replayed web: all are.
const releaseSample = 1
