package security

import (
	"math"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/openimis/openimis-go/core"
)

// remembered is how many accounts and addresses are watched at once, about 10 MB.
const remembered = 50_000

// Lockout counts wrong passwords in a row under a key, an account or a network address,
// and locks the key for a while when there were too many. The count lives in this
// process: two instances each allow their own number.
type Lockout struct {
	failures int
	period   time.Duration
	clock    core.Clock
	tries    *bounded[tries]
}

type tries struct {
	failures int
	last     time.Time
}

// NewLockout locks after that many failures for the period. No failures allowed means
// that nothing is ever locked.
func NewLockout(failures int, period time.Duration, clock core.Clock) *Lockout {
	return &Lockout{failures: failures, period: period, clock: clock, tries: newBounded[tries](remembered)}
}

// Locked gives how long the key stays locked, 0 when it is not.
func (l *Lockout) Locked(key string) time.Duration {
	if l.failures == 0 {
		return 0
	}
	t, ok := l.tries.get(key)
	if !ok || t.failures < l.failures {
		return 0
	}
	return max(0, t.last.Add(l.period).Sub(l.clock.Now()))
}

// Failed counts a wrong password. Failures older than the period no longer count.
func (l *Lockout) Failed(key string) {
	if l.failures == 0 {
		return
	}
	now := l.clock.Now()
	l.tries.with(key, func() tries { return tries{} }, func(t *tries) {
		if now.Sub(t.last) >= l.period {
			t.failures = 0
		}
		t.failures++
		t.last = now
	})
}

// Passed forgets the failures: the password was right.
func (l *Lockout) Passed(key string) { l.tries.remove(key) }

// guard locks accounts and network addresses.
type guard struct{ accounts, addresses *Lockout }

func newGuard(s Settings) guard {
	return guard{NewLockout(s.LockoutFailures, s.LockoutTime, s.Clock), NewLockout(s.LockoutAddress, s.LockoutTime, s.Clock)}
}

// locked gives a TooMany error with a Locked cause while either is locked.
func (g guard) locked(login, address, message string) error {
	if wait := max(g.accounts.Locked(nameKey(login)), g.addresses.Locked(address)); wait > 0 {
		return &core.Error{Code: core.TooMany, Cause: Locked{wait}, Message: message}
	}
	return nil
}

func (g guard) failed(login, address string) {
	g.accounts.Failed(nameKey(login))
	g.addresses.Failed(address)
}

func (g guard) passed(login string) { g.accounts.Passed(nameKey(login)) }

// nameKey is what a name is watched under: no user has a longer one, and callers must not
// fill the memory with theirs.
func nameKey(login string) string { return strings.ToLower(login[:min(len(login), 200)]) }

// Limiter bounds the number of requests a second under a key.
type Limiter struct {
	rate    rate.Limit
	burst   int
	clock   core.Clock
	buckets *bounded[*rate.Limiter]
}

// NewLimiter allows so many requests a second, and a burst at once. Rate 0 is no limit.
func NewLimiter(perSecond float64, burst int, clock core.Clock) *Limiter {
	return &Limiter{rate: rate.Limit(perSecond), burst: burst, clock: clock, buckets: newBounded[*rate.Limiter](remembered)}
}

// Wait takes one request from the key's bucket and gives 0, or gives the time after which
// there will be room again.
func (l *Limiter) Wait(key string) time.Duration {
	if l.rate == 0 {
		return 0
	}
	var bucket *rate.Limiter
	l.buckets.with(key, func() *rate.Limiter { return rate.NewLimiter(l.rate, l.burst) }, func(b **rate.Limiter) { bucket = *b })
	now := l.clock.Now()
	reservation := bucket.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// RetryAfter gives whole seconds for the header of that name, at least 1.
func RetryAfter(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }
