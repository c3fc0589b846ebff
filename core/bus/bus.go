// Package bus wakes processes that work on the same database when there is something to do.
//
// It carries no news: what is to be done stands in the database, and who is not woken finds
// it when he looks by himself. So nothing is lost with a message, and none has to be kept.
// It must never know what a topic is about.
//
// AMQP: https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, by https://watermill.io.
package bus

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-amqp/v3/pkg/amqp"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"

	"github.com/openimis/openimis-go/core"
)

// Memory is the address of a bus within this process.
const Memory = "memory"

// Known tells whether an address is one of a bus: Memory, amqp:// or amqps://.
func Known(address string) bool {
	return address == Memory || strings.HasPrefix(address, "amqp://") || strings.HasPrefix(address, "amqps://")
}

// Bus is a connection to the other processes.
type Bus struct {
	publisher  message.Publisher
	subscriber message.Subscriber
	log        *slog.Logger
}

// Open connects to a bus. A connection that is lost is made again by itself. Errors:
// core.Invalid for an address that is not known, core.Unavailable where nobody answers.
func Open(address string, log *slog.Logger) (*Bus, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if address == Memory {
		channel := gochannel.NewGoChannel(gochannel.Config{}, watermill.NopLogger{})
		return &Bus{channel, channel, log}, nil
	}
	if !Known(address) {
		return nil, core.ErrorAt(core.Invalid, "bus", "a bus is %s or amqp://USER:PASSWORD@HOST", Memory)
	}
	// Each process has a queue of its own, which goes when the process does.
	c := amqp.NewNonDurablePubSubConfig(address, amqp.GenerateQueueNameTopicNameWithSuffix(watermill.NewUUID()))
	c.Queue.AutoDelete = true
	publisher, err := amqp.NewPublisher(c, watermill.NopLogger{})
	if err != nil { // its text may hold the password
		return nil, core.ErrorAt(core.Unavailable, "bus", "the bus does not answer or refuses the user")
	}
	subscriber, err := amqp.NewSubscriber(c, watermill.NopLogger{})
	if err != nil {
		return nil, errors.Join(core.ErrorAt(core.Unavailable, "bus", "the bus does not answer"), publisher.Close())
	}
	return &Bus{publisher, subscriber, log}, nil
}

// Wake wakes all who wait for the topic. That the bus is away is told to the log only.
func (b *Bus) Wake(topic string) {
	if err := b.publisher.Publish(topic, message.NewMessage(watermill.NewUUID(), nil)); err != nil {
		b.log.Warn("workers were not woken and look by themselves", "topic", topic, "error", err)
	}
}

// Woken gives a channel that has something in it after the topic was woken, until the
// context ends; several wakings may be one. Errors: core.Unavailable.
func (b *Bus) Woken(ctx context.Context, topic string) (<-chan struct{}, error) {
	messages, err := b.subscriber.Subscribe(ctx, topic)
	if err != nil {
		return nil, core.Wrap(core.Unavailable, err, "the bus does not answer")
	}
	woken := make(chan struct{}, 1)
	go func() {
		for m := range messages {
			m.Ack()
			select {
			case woken <- struct{}{}:
			default: // he has been woken already
			}
		}
	}()
	return woken, nil
}

// Close ends the connection.
func (b *Bus) Close() error { return errors.Join(b.publisher.Close(), b.subscriber.Close()) }
