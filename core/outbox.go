package core

import "context"

// EventHandler takes one event. It may see the same event more than once and must act
// once by Event.ID. An error has the event delivered again later.
type EventHandler func(ctx context.Context, e Event) error

// Relay is the port through which events leave the database: it hands every event whose
// transaction was committed to deliver, until the context ends. Events of one key come
// in the order they were published.
type Relay interface {
	Relay(ctx context.Context, deliver EventHandler) error
}
