package security

import (
	"container/list"
	"sync"
)

// bounded is a map that holds a limited number of entries: the one not used for the
// longest time makes room. What callers send must not decide how much memory is used.
type bounded[V any] struct {
	mu    sync.Mutex
	limit int
	byKey map[string]*list.Element
	order *list.List // most recently used first
}

type boundedEntry[V any] struct {
	key   string
	value V
}

func newBounded[V any](limit int) *bounded[V] {
	return &bounded[V]{limit: limit, byKey: map[string]*list.Element{}, order: list.New()}
}

// with runs fn on the value under the key, made by fresh when there is none, and keeps
// what fn leaves in it. fn runs under the lock and must be short.
func (b *bounded[V]) with(key string, fresh func() V, fn func(value *V)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	element := b.byKey[key]
	if element == nil {
		if b.order.Len() >= b.limit {
			oldest := b.order.Back()
			b.order.Remove(oldest)
			delete(b.byKey, oldest.Value.(*boundedEntry[V]).key)
		}
		element = b.order.PushFront(&boundedEntry[V]{key, fresh()})
		b.byKey[key] = element
	} else {
		b.order.MoveToFront(element)
	}
	fn(&element.Value.(*boundedEntry[V]).value)
}

// get gives the value under the key without making one.
func (b *bounded[V]) get(key string) (value V, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	element := b.byKey[key]
	if element == nil {
		return value, false
	}
	b.order.MoveToFront(element)
	return element.Value.(*boundedEntry[V]).value, true
}

func (b *bounded[V]) put(key string, value V) {
	b.with(key, func() V { return value }, func(v *V) { *v = value })
}

func (b *bounded[V]) remove(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if element := b.byKey[key]; element != nil {
		b.order.Remove(element)
		delete(b.byKey, key)
	}
}

func (b *bounded[V]) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.order.Len()
}
