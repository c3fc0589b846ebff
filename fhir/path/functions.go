package path

// function is one FHIRPath function and how many arguments it takes. pattern says that the
// first argument is a regular expression.
type function struct {
	min, max int
	apply    func(r *run, in Collection, c *call, f *frame) (Collection, error)
	pattern  bool
}

// functions is the table of what an expression may call: N1, the additions of R4, and those
// of the next FHIRPath that official tests and newer profiles use already.
// http://hl7.org/fhirpath/N1/#functions
// https://hl7.org/fhir/R4/fhirpath.html#functions
var functions map[string]*function

func init() { // filled here because where and select evaluate expressions in turn
	functions = map[string]*function{
		// existence
		"empty":      {min: 0, max: 0, apply: isEmpty},
		"exists":     {min: 0, max: 1, apply: exists},
		"all":        {min: 1, max: 1, apply: all},
		"allTrue":    {apply: every(true)},
		"anyTrue":    {apply: some(true)},
		"allFalse":   {apply: every(false)},
		"anyFalse":   {apply: some(false)},
		"subsetOf":   {min: 1, max: 1, apply: subsetOf},
		"supersetOf": {min: 1, max: 1, apply: supersetOf},
		"count":      {apply: count},
		"distinct":   {apply: distinct},
		"isDistinct": {apply: isDistinct},
		"not":        {apply: not},
		// filtering, projection, aggregates
		"where":     {min: 1, max: 1, apply: where},
		"select":    {min: 1, max: 1, apply: selectEach},
		"repeat":    {min: 1, max: 1, apply: repeat},
		"aggregate": {min: 1, max: 2, apply: aggregate},
		"iif":       {min: 2, max: 3, apply: iif},
		"sort":      {min: 0, max: 9, apply: sortBy},
		// subsetting
		"single":    {apply: single},
		"first":     {apply: first},
		"last":      {apply: last},
		"tail":      {apply: tail},
		"skip":      {min: 1, max: 1, apply: skip},
		"take":      {min: 1, max: 1, apply: take},
		"intersect": {min: 1, max: 1, apply: intersect},
		"exclude":   {min: 1, max: 1, apply: exclude},
		// combining
		"union":    {min: 1, max: 1, apply: union},
		"combine":  {min: 1, max: 1, apply: combine},
		"coalesce": {min: 1, max: 9, apply: coalesce},
		// conversion
		"toBoolean":          {apply: converter("Boolean")},
		"convertsToBoolean":  {apply: converts("Boolean")},
		"toInteger":          {apply: converter("Integer")},
		"convertsToInteger":  {apply: converts("Integer")},
		"toDecimal":          {apply: converter("Decimal")},
		"convertsToDecimal":  {apply: converts("Decimal")},
		"toString":           {apply: converter("String")},
		"convertsToString":   {apply: converts("String")},
		"toDate":             {apply: converter("Date")},
		"convertsToDate":     {apply: converts("Date")},
		"toDateTime":         {apply: converter("DateTime")},
		"convertsToDateTime": {apply: converts("DateTime")},
		"toTime":             {apply: converter("Time")},
		"convertsToTime":     {apply: converts("Time")},
		"toQuantity":         {min: 0, max: 1, apply: converter("Quantity")},
		"convertsToQuantity": {min: 0, max: 1, apply: converts("Quantity")},
		"type":               {apply: typeInfo},
		// text
		"length":         {apply: length},
		"indexOf":        {min: 1, max: 1, apply: indexOf},
		"lastIndexOf":    {min: 1, max: 1, apply: lastIndexOf},
		"substring":      {min: 1, max: 2, apply: substring},
		"startsWith":     {min: 1, max: 1, apply: textTest(hasPrefix)},
		"endsWith":       {min: 1, max: 1, apply: textTest(hasSuffix)},
		"contains":       {min: 1, max: 1, apply: textTest(hasPart)},
		"upper":          {apply: textChange(upper)},
		"lower":          {apply: textChange(lower)},
		"trim":           {apply: textChange(trim)},
		"replace":        {min: 2, max: 2, apply: replace},
		"matches":        {min: 1, max: 1, apply: matches, pattern: true},
		"matchesFull":    {min: 1, max: 1, apply: matches, pattern: true},
		"replaceMatches": {min: 2, max: 2, apply: replaceMatches, pattern: true},
		"toChars":        {apply: toChars},
		"split":          {min: 1, max: 1, apply: split},
		"join":           {min: 0, max: 1, apply: join},
		"encode":         {min: 1, max: 1, apply: encode},
		"decode":         {min: 1, max: 1, apply: decode},
		"escape":         {min: 1, max: 1, apply: escape},
		"unescape":       {min: 1, max: 1, apply: unescape},
		// numbers
		"abs":          {apply: abs},
		"ceiling":      {apply: whole(ceiling)},
		"floor":        {apply: whole(floor)},
		"truncate":     {apply: whole(truncate)},
		"round":        {min: 0, max: 1, apply: round},
		"exp":          {apply: exp},
		"ln":           {apply: ln},
		"log":          {min: 1, max: 1, apply: logarithm},
		"power":        {min: 1, max: 1, apply: power},
		"sqrt":         {apply: sqrt},
		"lowBoundary":  {min: 0, max: 1, apply: boundary(false)},
		"highBoundary": {min: 0, max: 1, apply: boundary(true)},
		"precision":    {apply: precisionOf},
		"comparable":   {min: 1, max: 1, apply: canCompare},
		// the tree, the clock, the log
		"children":    {apply: children},
		"descendants": {apply: descendants},
		"trace":       {min: 1, max: 2, apply: trace},
		"now":         {apply: now},
		"today":       {apply: today},
		"timeOfDay":   {apply: timeOfDay},
		// FHIR
		"extension":         {min: 1, max: 1, apply: extension},
		"hasValue":          {apply: hasValue},
		"getValue":          {apply: getValue},
		"resolve":           {apply: resolve},
		"memberOf":          {min: 1, max: 1, apply: memberOf},
		"subsumes":          {min: 1, max: 1, apply: subsumes(false)},
		"subsumedBy":        {min: 1, max: 1, apply: subsumes(true)},
		"conformsTo":        {min: 1, max: 1, apply: conformsTo},
		"elementDefinition": {apply: elementDefinition},
		"slice":             {min: 2, max: 2, apply: slice},
		"checkModifiers":    {min: 0, max: 9, apply: checkModifiers},
		"htmlChecks":        {apply: htmlChecks},
	}
}
