package core_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
)

type greeting string

func threeModules() []*core.Module {
	// Claim is listed before what it needs: order must come from the dependencies.
	claim := &core.Module{Name: "claim", DependsOn: []string{"insuree", "core"}}
	base := &core.Module{Name: "core"}
	insuree := &core.Module{Name: "insuree", DependsOn: []string{"core"}}
	core.Contribute(claim, greeting("from claim"))
	core.Contribute(insuree, greeting("from insuree"))
	core.Contribute(insuree, 7)
	core.Contribute(base, greeting("from core"))
	return []*core.Module{claim, base, insuree}
}

func TestContributionsFollowActivation(t *testing.T) {
	cases := []struct {
		name   string
		active []string
		want   []greeting
	}{
		{"no name means all, in order of dependencies", nil, []greeting{"from core", "from insuree", "from claim"}},
		{"a module that is off brings nothing", []string{"core", "insuree"}, []greeting{"from core", "from insuree"}},
		{"order of names does not matter", []string{"claim", "insuree", " core "}, []greeting{"from core", "from insuree", "from claim"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := core.NewRegistry(threeModules(), c.active)
			if err != nil {
				t.Fatal(err)
			}
			if got := core.Contributions[greeting](r); !slices.Equal(got, c.want) {
				t.Errorf("contributions = %q, want %q", got, c.want)
			}
		})
	}
}

func TestContributionsAreKeptApartByType(t *testing.T) {
	r, err := core.NewRegistry(threeModules(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := core.Contributions[int](r); !slices.Equal(got, []int{7}) {
		t.Errorf("ints = %v, want [7]", got)
	}
	if got := core.Contributions[float64](r); len(got) != 0 {
		t.Errorf("nobody contributes floats, got %v", got)
	}
}

func TestRegistryRefuses(t *testing.T) {
	circle := []*core.Module{{Name: "a", DependsOn: []string{"b"}}, {Name: "b", DependsOn: []string{"a"}}}
	cases := []struct {
		name    string
		modules []*core.Module
		active  []string
		says    []string
	}{
		{"an unknown name", threeModules(), []string{"core", "clam"}, []string{`"clam"`, "claim, core, insuree"}},
		{"a dependency switched off", threeModules(), []string{"core", "claim"}, []string{`"claim"`, `"insuree"`, "--modules"}},
		{"a dependency nobody has", []*core.Module{{Name: "x", DependsOn: []string{"y"}}}, nil, []string{`"x"`, `"y"`}},
		{"one name twice", []*core.Module{{Name: "x"}, {Name: "x"}}, nil, []string{`"x"`}},
		{"a circle", circle, nil, []string{"a → b → a"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := core.NewRegistry(c.modules, c.active)
			if core.CodeOf(err) != core.Invalid {
				t.Fatalf("error = %v, want code invalid", err)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("message %q does not say %q", err, part)
				}
			}
		})
	}
}
