// Package config reads the settings of a process into one typed structure.
//
// A setting has one name. "body-limit" is the flag --body-limit, the environment variable
// OPENIMIS_BODY_LIMIT and the line `body-limit: 20MB` of the YAML file named by --config.
// The flag wins over the variable, the variable over the file, the file over the default.
//
// It knows names, types and defaults; it must never know what a setting is used for
// elsewhere, so rules that need a database or a module are checked by those who own them.
package config

import "time"

// Config is every setting of the program. The tag "key" is its name, "default" its
// default, "help" the line in --help; "secret" keeps the value out of logs.
type Config struct {
	// Where the program listens and what it opens.
	Addr      string   `key:"addr" default:"127.0.0.1:8000" help:"listen on HOST:PORT"`
	DB        string   `key:"db" secret:"true" help:"database: sqlite://FILE, postgres://USER:PASSWORD@HOST/NAME or sqlserver://…"`
	Timezone  string   `key:"timezone" help:"IANA zone of the wall clock in the database, such as Africa/Douala; mandatory for a database with legacy data"`
	Roles     []string `key:"roles" default:"fhir,graphql,worker" help:"doors this process opens; worker carries out what others left for later"`
	Modules   []string `key:"modules" help:"active modules; all when empty"`
	Packages  []string `key:"packages" help:"FHIR packages (.tgz) of other guides, or folders of them: their profiles and codes are served and checked"`
	Front     string   `key:"front" help:"folder of the React UI as make front builds it; by default front/dist beside the program or in the folder it is started in"`
	PublicURL string   `key:"public-url" help:"address clients use, such as https://openimis.example.org; by default the one of each request"`

	// A trial without a database of one's own.
	Demo     bool   `key:"demo" default:"false" help:"embedded database with demo data, made on the first start"`
	DemoSize string `key:"demo-size" default:"small" help:"how much demo data: small, or a number of insured people"`
	StateDir string `key:"state-dir" help:"folder for the demo database and the signing secret; by default one in the user's cache folder"`

	// How the scheme works.
	Rules            []string `key:"rules" help:"legacy (as the stored procedures do) or corrected, then single exceptions NAME=legacy or NAME=corrected; by default legacy on an adopted database, corrected on a fresh one"`
	Currency         string   `key:"currency" default:"USD" help:"ISO 4217 code of amounts"`
	CurrencySign     string   `key:"currency-sign" default:"$" help:"what /api/api_fhir_r4 shows as currency, as today's clients expect"`
	GlobalClaimCodes bool     `key:"global-claim-codes" default:"false" help:"a claim code is unique among all claims, not only within its facility"`
	NumberLength     int      `key:"insurance-number-length" default:"0" help:"characters of an insurance number; 0 for any length up to 50"`
	NumberModulus    int      `key:"insurance-number-modulus" default:"0" help:"last digit of an insurance number: the rest of the others by this, for 10 their Luhn digit; 0 asks for none"`
	PhotoURL         string   `key:"photo-url" help:"address photographs of the legacy application are served under"`
	ArchivePassword  string   `key:"archive-password" default:")(#$1HsD" secret:"true" help:"password phones lock their archives with; by default the one they come with"`
	Bus              string   `key:"bus" default:"memory" secret:"true" help:"what wakes workers: memory for those of this process, or amqp://USER:PASSWORD@HOST (RabbitMQ); without it they look every second"`
	AsyncMutations   bool     `key:"async-mutations" default:"false" help:"changes of the React UI are answered at once and carried out by workers, all of them with the same secret"`

	// The insurer shown as an Organization; it has no row in the database.
	InsurerID           string `key:"insurer-id" default:"openimis-insurer" help:"id of the Organization that stands for the insurer"`
	InsurerCode         string `key:"insurer-code" default:"openIMIS" help:"business code of the insurer"`
	InsurerName         string `key:"insurer-name" default:"openIMIS insurer" help:"name of the insurer"`
	InsurerEmail        string `key:"insurer-email" help:"e-mail address of the insurer"`
	InsurerPhone        string `key:"insurer-phone" help:"telephone of the insurer"`
	InsurerFax          string `key:"insurer-fax" help:"fax of the insurer"`
	InsurerContact      string `key:"insurer-contact" help:"name of the person to ask at the insurer"`
	InsurerLine         string `key:"insurer-line" help:"street address of the insurer"`
	InsurerCity         string `key:"insurer-city" help:"city of the insurer"`
	InsurerDistrict     string `key:"insurer-district" help:"district of the insurer"`
	InsurerState        string `key:"insurer-state" help:"region of the insurer"`
	InsurerMunicipality string `key:"insurer-municipality" help:"municipality of the insurer"`

	// Limits on what a request may cost.
	BodyLimit      Size          `key:"body-limit" default:"10MB" help:"largest request body; 413 above it"`
	HeaderLimit    Size          `key:"header-limit" default:"64kB" help:"largest request header; 431 above it"`
	RequestTimeout time.Duration `key:"request-timeout" default:"30s" help:"time a request may take; 503 after it"`
	QueryTimeout   time.Duration `key:"query-timeout" default:"20s" help:"time a read or search may take; 503 too-costly after it"`
	Introspection  bool          `key:"introspection" default:"true" help:"whether GraphQL clients may ask for the schema"`
	IdleTimeout    time.Duration `key:"idle-timeout" default:"2m" help:"time a connection may stay open unused"`
	StopTimeout    time.Duration `key:"stop-timeout" default:"30s" help:"time accepted requests get to finish when the program is told to stop"`
	StopDelay      time.Duration `key:"stop-delay" default:"0s" help:"time between answering 503 on /readyz and closing the door, for a load balancer to notice"`
	PageSize       int           `key:"page-size" default:"20" help:"entries on a page of search results when _count is not given"`
	PageLimit      int           `key:"page-limit" default:"200" help:"most entries on a page, whatever _count asks for"`

	// What is answered later: exports, and searches with Prefer: respond-async.
	ExportDir   string        `key:"export-dir" help:"folder results are written to, one for all processes on a database; by default beside the file of an SQLite database, else in --state-dir"`
	ExportSpace Size          `key:"export-space" default:"10GB" help:"disk space all results together may take"`
	ExportLife  time.Duration `key:"export-life" default:"24h" help:"how long results are kept"`
	ExportJobs  int           `key:"export-jobs" default:"20" help:"jobs that may wait or run at the same time, of one user a quarter; 429 above it"`

	// Sign-on.
	Secret          string        `key:"secret" secret:"true" help:"secret tokens are signed with, 32 characters or more, the same on every instance; by default one is drawn and kept in --secret-file"`
	SecretFile      string        `key:"secret-file" help:"file the drawn secret is kept in; by default one in --state-dir"`
	TokenLifetime   time.Duration `key:"token-lifetime" default:"24h" help:"how long a token from login/ is good for"`
	IdentityCache   time.Duration `key:"identity-cache" default:"2s" help:"how long rights and keys of a user are remembered, at most 5s; 0 asks the database at each request"`
	LockoutFailures int           `key:"lockout-failures" default:"5" help:"wrong passwords in a row that lock an account; 0 never locks"`
	LockoutAddress  int           `key:"lockout-address" default:"20" help:"wrong passwords from one network address that lock it; higher than for accounts since a clinic shares one address; 0 never locks"`
	LockoutTime     time.Duration `key:"lockout-time" default:"5m" help:"how long a lock lasts"`
	RateLimit       float64       `key:"rate-limit" default:"0" help:"requests a second one user or address may make; 0 for no limit"`
	RateBurst       int           `key:"rate-burst" default:"100" help:"requests that may come at once before --rate-limit counts"`
	TrustedProxies  []string      `key:"trusted-proxies" help:"networks (CIDR) whose X-Forwarded-For and X-Forwarded-Proto are believed"`
	CORSOrigins     []string      `key:"cors-origins" help:"web origins whose scripts may call the API; none by default"`

	// Mail, for links to a new password.
	SMTP         string `key:"smtp" help:"server mails go through: smtp://USER@HOST:587 (STARTTLS, a must with a user) or smtps://USER@HOST:465; without it nobody gets a new password by mail. Needs --public-url and --mail-from"`
	SMTPPassword string `key:"smtp-password" secret:"true" help:"password of the user of --smtp; other users of the machine see flags, so put it into the file or the variable"`
	MailFrom     string `key:"mail-from" help:"address mails come from, such as openimis@example.org"`

	// Subscriptions.
	SubscriptionPrivate bool `key:"subscription-private" default:"false" help:"endpoints of subscriptions may be in private networks and on this machine"`

	// The audit trail.
	Audit     string `key:"audit" default:"all" help:"what is kept of who did what: all, reads, writes or off"`
	AuditDays int    `key:"audit-days" default:"365" help:"days lines of the audit are kept; 0 for ever"`

	// Logs.
	LogLevel  string `key:"log-level" default:"info" help:"debug, info, warn or error"`
	LogFormat string `key:"log-format" default:"text" help:"text or json"`
}

// Default gives the settings when nobody says anything.
func Default() Config {
	var c Config
	for _, s := range settings(&c) {
		s.setDefault()
	}
	return c
}
