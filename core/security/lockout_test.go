package security

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
)

func TestMemoryIsBounded(t *testing.T) {
	b := newBounded[int](3)
	for i := range 100 {
		b.put(fmt.Sprint(i), i)
		if i > 0 {
			b.put("0", 0) // used all the time, so it stays
		}
	}
	if b.len() != 3 {
		t.Errorf("holds %d entries, want 3", b.len())
	}
	if _, ok := b.get("0"); !ok {
		t.Error("what is in use was thrown out")
	}
	if _, ok := b.get("50"); ok {
		t.Error("what is old was kept")
	}
}

func TestLimiter(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := NewLimiter(2, 3, core.FixedClock(now))
	for i := range 3 {
		if wait := l.Wait("a"); wait != 0 {
			t.Fatalf("request %d of the burst waits %s", i, wait)
		}
	}
	if wait := l.Wait("a"); wait != 500*time.Millisecond {
		t.Errorf("the next waits %s, want 500ms", wait)
	}
	if wait := l.Wait("a"); wait != 500*time.Millisecond {
		t.Errorf("a refused request takes no room: %s, want 500ms", wait)
	}
	if wait := l.Wait("b"); wait != 0 {
		t.Errorf("another caller waits %s", wait)
	}
	if NewLimiter(0, 1, core.FixedClock(now)).Wait("a") != 0 {
		t.Error("rate 0 is no limit")
	}
}

func TestSecretFileIsDrawnOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "secret")
	secrets := make([]string, 8)
	var all sync.WaitGroup
	for i := range secrets {
		all.Go(func() {
			secret, err := SecretFromFile(path)
			if err != nil {
				t.Error(err)
			}
			secrets[i] = string(secret)
		})
	}
	all.Wait()
	for _, secret := range secrets {
		if len(secret) != 64 || secret != secrets[0] {
			t.Fatalf("secrets differ or are short: %d characters", len(secret))
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v: others must not read it", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files left, want only the secret", len(left))
	}
	if err := os.WriteFile(path, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := SecretFromFile(path); core.CodeOf(err) != core.Invalid {
		t.Errorf("a short secret: %v, want invalid", err)
	}
}
