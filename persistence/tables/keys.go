package tables

import (
	"math/bits"
	"strconv"
)

// keySet is a set of the values of a key column. Whole numbers are kept as bits in pages,
// since keys are dense: a million of them take about 130 kB. Texts are kept as they are.
type keySet struct {
	pages map[int64]*[pageWords]uint64
	texts map[string]struct{}
	n     int
}

const (
	pageBits  = 16
	pageWords = 1 << pageBits / 64
)

func newKeySet() *keySet {
	return &keySet{pages: map[int64]*[pageWords]uint64{}, texts: map[string]struct{}{}}
}

// add takes a value in and tells whether it is new.
func (s *keySet) add(value any) bool {
	number, ok := value.(int64)
	if !ok {
		text, _ := value.(string)
		if _, known := s.texts[text]; known {
			return false
		}
		s.texts[text] = struct{}{}
		s.n++
		return true
	}
	page := s.pages[number>>pageBits]
	if page == nil {
		page = new([pageWords]uint64)
		s.pages[number>>pageBits] = page
	}
	word, bit := place(number)
	if page[word]&bit != 0 {
		return false
	}
	page[word] |= bit
	s.n++
	return true
}

func (s *keySet) has(value any) bool {
	number, ok := value.(int64)
	if !ok {
		text, _ := value.(string)
		_, known := s.texts[text]
		return known
	}
	page := s.pages[number>>pageBits]
	if page == nil {
		return false
	}
	word, bit := place(number)
	return page[word]&bit != 0
}

func (s *keySet) remove(value any) {
	if !s.has(value) {
		return
	}
	s.n--
	if number, ok := value.(int64); ok {
		word, bit := place(number)
		s.pages[number>>pageBits][word] &^= bit
		return
	}
	delete(s.texts, value.(string))
}

// minus takes out what the other set has.
func (s *keySet) minus(other *keySet) {
	s.n = 0
	for number, page := range s.pages {
		if known := other.pages[number]; known != nil {
			for i := range page {
				page[i] &^= known[i]
			}
		}
		for i := range page {
			s.n += bits.OnesCount64(page[i])
		}
	}
	for text := range other.texts {
		delete(s.texts, text)
	}
	s.n += len(s.texts)
}

func place(number int64) (word int, bit uint64) {
	low := number & (1<<pageBits - 1)
	return int(low >> 6), 1 << (low & 63)
}

func keyText(value any) string {
	if number, ok := value.(int64); ok {
		return strconv.FormatInt(number, 10)
	}
	text, _ := value.(string)
	return text
}
