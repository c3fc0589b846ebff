package core

import (
	"reflect"
	"slices"
	"strings"
)

// Module is one plugin: a name, what it needs, and what it brings. What it brings is
// added with Contribute under a Go type; every door collects the type it understands, so
// a new kind of contribution needs no change here.
type Module struct {
	Name      string   // lower-case word, unique, as --modules names it
	Version   string   // semantic version
	Summary   string   // one sentence for people
	DependsOn []string // names of modules it cannot work without

	contributions map[reflect.Type][]any
}

// Contribute adds a value of type T to what the module brings.
func Contribute[T any](m *Module, value T) {
	if m.contributions == nil {
		m.contributions = map[reflect.Type][]any{}
	}
	key := reflect.TypeFor[T]()
	m.contributions[key] = append(m.contributions[key], value)
}

// Brings gives what one module contributes of type T, active or not.
func Brings[T any](m *Module) []T {
	var values []T
	for _, value := range m.contributions[reflect.TypeFor[T]()] {
		values = append(values, value.(T))
	}
	return values
}

// Registry holds the modules a process knows and says which of them are active.
type Registry struct {
	known  []*Module
	active []*Module // a module stands after those it depends on
}

// NewRegistry makes a registry of the known modules with the named ones active, all of
// them when no name is given. Errors: Invalid for a name given twice by modules, an
// unknown name, a dependency that is missing or switched off, and a circle.
func NewRegistry(known []*Module, names []string) (*Registry, error) {
	byName := map[string]*Module{}
	for _, m := range known {
		if byName[m.Name] != nil {
			return nil, Errorf(Invalid, "two modules are called %q", m.Name)
		}
		byName[m.Name] = m
	}
	wanted := map[string]bool{}
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if byName[name] == nil {
			return nil, ErrorAt(Invalid, "modules", "there is no module %q; there are %s", name, moduleNames(known))
		}
		wanted[name] = true
	}
	r := &Registry{known: known}
	order := sorter{byName: byName, wanted: wanted, all: len(wanted) == 0, state: map[string]int{}}
	for _, m := range known {
		if !order.on(m.Name) {
			continue
		}
		if err := order.add(m, nil); err != nil {
			return nil, err
		}
	}
	r.active = order.sorted
	return r, nil
}

// sorter puts active modules behind those they depend on.
type sorter struct {
	byName map[string]*Module
	wanted map[string]bool
	all    bool
	state  map[string]int // 1 while its dependencies are being added, 2 afterwards
	sorted []*Module
}

func (s *sorter) on(name string) bool { return s.all || s.wanted[name] }

func (s *sorter) add(m *Module, path []string) error {
	switch s.state[m.Name] {
	case 1:
		return ErrorAt(Invalid, "modules", "modules depend on each other in a circle: %s", strings.Join(append(path, m.Name), " → "))
	case 2:
		return nil
	}
	s.state[m.Name] = 1
	for _, name := range m.DependsOn {
		needed := s.byName[name]
		if needed == nil {
			return ErrorAt(Invalid, "modules", "module %q needs module %q, which this program does not have", m.Name, name)
		}
		if !s.on(name) {
			return ErrorAt(Invalid, "modules", "module %q needs module %q: add it to --modules or leave %q out", m.Name, name, m.Name)
		}
		if err := s.add(needed, append(slices.Clone(path), m.Name)); err != nil {
			return err
		}
	}
	s.state[m.Name] = 2
	s.sorted = append(s.sorted, m)
	return nil
}

// Modules lists every known module.
func (r *Registry) Modules() []*Module { return r.known }

// Active tells whether the module with the name is switched on.
func (r *Registry) Active(name string) bool {
	return slices.ContainsFunc(r.active, func(m *Module) bool { return m.Name == name })
}

// Contributions collects what the active modules contribute of type T, in the order of
// their dependencies.
func Contributions[T any](r *Registry) []T {
	var values []T
	for _, m := range r.active {
		values = append(values, Brings[T](m)...)
	}
	return values
}

func moduleNames(modules []*Module) string {
	names := make([]string, len(modules))
	for i, m := range modules {
		names[i] = m.Name
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
