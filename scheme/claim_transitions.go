package scheme

import (
	"fmt"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Track is one of the three states a claim has side by side.
type Track int

// The tracks: how far the claim itself is, its review and the feedback on it.
const (
	ClaimTrack    Track = iota // ClaimStatus
	ReviewTrack                // ReviewStatus
	FeedbackTrack              // FeedbackStatus
)

// States of the review of a claim and of the feedback on it.
const (
	StepIdle        = 1
	StepNotSelected = 2
	StepSelected    = 4
	StepDelivered   = 8
	StepBypassed    = 16
)

// stepNames are the states of review and feedback in words.
var stepNames = map[int]string{
	StepIdle: "idle", StepNotSelected: "not selected", StepSelected: "selected", StepDelivered: "delivered", StepBypassed: "bypassed",
}

// StepName gives the state of a review or of a feedback in words, its number when it is none.
func StepName(step int) string {
	if name, ok := stepNames[step]; ok {
		return name
	}
	return fmt.Sprint(step)
}

// Act names what moves a claim from one state to another.
type Act string

// The acts.
const (
	ActEnter   Act = "entered"
	ActSubmit  Act = "submitted"
	ActProcess Act = "processed"
	ActPay     Act = "valued by a batch run"
	ActSample  Act = "sampled" // selection of many: all, variance or random
	ActRedraw  Act = "drawn"   // a random draw that takes what is settled, see RandomDrawsSettled
	ActSelect  Act = "selected"
	ActDrop    Act = "not selected"
	ActBypass  Act = "bypassed"
	ActReview  Act = "reviewed"
	ActReceive Act = "given feedback"
)

// Transition is one step a claim may take.
type Transition struct {
	Track Track
	By    Act
	From  int // 0: the claim does not exist yet
	To    int
}

// Transitions lists every step a claim may take, of the claim itself, of its review and of
// the feedback on it. Use cases refuse every other one. A step to the same state changes
// nothing and so is not listed.
var Transitions = []Transition{
	{ClaimTrack, ActEnter, 0, StatusEntered},
	{ClaimTrack, ActSubmit, 0, StatusChecked}, // entered and submitted in one
	{ClaimTrack, ActSubmit, 0, StatusRejected},
	{ClaimTrack, ActSubmit, StatusEntered, StatusChecked},
	{ClaimTrack, ActSubmit, StatusEntered, StatusRejected},
	{ClaimTrack, ActProcess, StatusChecked, StatusProcessed},
	{ClaimTrack, ActProcess, StatusChecked, StatusValuated},
	{ClaimTrack, ActProcess, StatusChecked, StatusRejected},
	{ClaimTrack, ActReview, StatusChecked, StatusRejected},
	{ClaimTrack, ActPay, StatusProcessed, StatusValuated},

	{ReviewTrack, ActSample, StepIdle, StepNotSelected},
	{ReviewTrack, ActSample, StepIdle, StepSelected},
	{ReviewTrack, ActSample, StepNotSelected, StepSelected},
	{ReviewTrack, ActRedraw, StepDelivered, StepSelected},
	{ReviewTrack, ActRedraw, StepBypassed, StepSelected},
	{ReviewTrack, ActSelect, StepIdle, StepSelected},
	{ReviewTrack, ActSelect, StepNotSelected, StepSelected},
	{ReviewTrack, ActDrop, StepIdle, StepNotSelected},
	{ReviewTrack, ActDrop, StepSelected, StepNotSelected},
	{ReviewTrack, ActBypass, StepIdle, StepBypassed},
	{ReviewTrack, ActBypass, StepNotSelected, StepBypassed},
	{ReviewTrack, ActBypass, StepSelected, StepBypassed},
	{ReviewTrack, ActReview, StepSelected, StepDelivered},
	{ReviewTrack, ActProcess, StepSelected, StepBypassed},

	{FeedbackTrack, ActSample, StepIdle, StepNotSelected},
	{FeedbackTrack, ActSample, StepIdle, StepSelected},
	{FeedbackTrack, ActSample, StepNotSelected, StepSelected},
	{FeedbackTrack, ActRedraw, StepDelivered, StepSelected},
	{FeedbackTrack, ActRedraw, StepBypassed, StepSelected},
	{FeedbackTrack, ActSelect, StepIdle, StepSelected},
	{FeedbackTrack, ActSelect, StepNotSelected, StepSelected},
	{FeedbackTrack, ActDrop, StepIdle, StepNotSelected},
	{FeedbackTrack, ActDrop, StepSelected, StepNotSelected},
	{FeedbackTrack, ActBypass, StepIdle, StepBypassed},
	{FeedbackTrack, ActBypass, StepNotSelected, StepBypassed},
	{FeedbackTrack, ActBypass, StepSelected, StepBypassed},
	// A patient may speak unasked, and also after the claim was processed.
	{FeedbackTrack, ActReceive, StepIdle, StepDelivered},
	{FeedbackTrack, ActReceive, StepNotSelected, StepDelivered},
	{FeedbackTrack, ActReceive, StepSelected, StepDelivered},
	{FeedbackTrack, ActReceive, StepBypassed, StepDelivered},
	{FeedbackTrack, ActProcess, StepSelected, StepBypassed},
}

// Allowed tells whether the act may move a claim so.
func Allowed(track Track, by Act, from, to int) bool {
	for _, t := range Transitions {
		if t == (Transition{track, by, from, to}) {
			return true
		}
	}
	return false
}

// step gives the state of review or feedback; NULL counts as idle, which is the default of
// the columns.
func step(column *int) int {
	if column == nil {
		return StepIdle
	}
	return *column
}

// state gives the present state of the claim on the track.
func (t Track) state(c *persistence.Claim) int {
	switch t {
	case ReviewTrack:
		return step(c.ReviewStatus)
	case FeedbackTrack:
		return step(c.FeedbackStatus)
	}
	return c.ClaimStatus
}

// set writes a state of the track to the row.
func (t Track) set(c *persistence.Claim, to int) {
	switch t {
	case ReviewTrack:
		c.ReviewStatus = &to
	case FeedbackTrack:
		c.FeedbackStatus = &to
	default:
		c.ClaimStatus = to
	}
}

// name gives a state of the track with its number, such as "selected (4)".
func (t Track) name(state int) string {
	if t == ClaimTrack {
		return fmt.Sprintf("%s (%d)", StatusName(state), state)
	}
	return fmt.Sprintf("%s (%d)", StepName(state), state)
}

// word says what the track is a state of.
func (t Track) word() string { return [...]string{"the claim", "the review", "the feedback"}[t] }

// move takes the claim to another state of the track. Errors: core.Conflict with both
// states for a step that is not in the table.
func (t Track) move(c *persistence.Claim, by Act, to int) error {
	from := t.state(c)
	if !Allowed(t, by, from, to) {
		return core.Errorf(core.Conflict, "%s is %s and cannot become %s", t.word(), t.name(from), t.name(to))
	}
	t.set(c, to)
	return nil
}
