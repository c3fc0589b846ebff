package core

import "time"

// Clock tells the time. Rules and use cases take it as a parameter, so that a test or a
// batch can say what day it is.
type Clock interface {
	Now() time.Time
}

// SystemClock is the clock of the machine.
type SystemClock struct{}

// Now gives the present instant.
func (SystemClock) Now() time.Time { return time.Now() }

// FixedClock always tells the same time.
type FixedClock time.Time

// Now gives the fixed instant.
func (c FixedClock) Now() time.Time { return time.Time(c) }
