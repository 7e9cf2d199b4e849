package workflow

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// many joins n copies of a text.
func many(n int, text string) string { return strings.TrimSuffix(strings.Repeat(text+",", n), ",") }

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		raw, code, says string
		line            int
	}{
		"nothing":              {"", ImportNotJSON, "it is not JSON", 1},
		"no JSON":              {"{\n\"nodes\": [,]}", ImportNotJSON, "line 2, column 11", 2},
		"cut off":              {`{"nodes":[{"name":"A"`, ImportNotJSON, "line 1", 1},
		"two values":           {`{"nodes":[]} {}`, ImportNotJSON, "line 1", 1},
		"array":                {`[{"nodes":[]}]`, ImportNotObject, "this is an array", 0},
		"null":                 {`null`, ImportNotObject, "this is null", 0},
		"text":                 {`"nodes"`, ImportNotObject, "this is a string", 0},
		"no nodes":             {`{"name":"x"}`, ImportNoNodes, "\"nodes\"", 0},
		"nodes no array":       {`{"nodes":{}}`, ImportNoNodes, "\"nodes\"", 0},
		"invalid UTF-8":        {"{\"name\":\"\xff\",\"nodes\":[]}", ImportInvalidUTF8, "UTF-8", 1},
		"key twice":            {`{"nodes":[],"nodes":[]}`, ImportDuplicateKey, "/nodes", 1},
		"key twice, deep":      {`{"nodes":[{"parameters":{"a":1,"a":2}}]}`, ImportDuplicateKey, "/nodes/0/parameters/a", 1},
		"too large":            {`{"nodes":[],"x":"` + strings.Repeat("x", MaxDefinitionBytes) + `"}`, ImportTooLarge, fmt.Sprint(MaxDefinitionBytes), 0},
		"too deep":             {`{"nodes":[],"x":` + strings.Repeat("[", MaxDefinitionDepth) + strings.Repeat("]", MaxDefinitionDepth) + `}`, ImportTooDeep, fmt.Sprint(MaxDefinitionDepth), 0},
		"too many values":      {`{"nodes":[],"x":[` + many(MaxDefinitionValues, "1") + `]}`, ImportTooMany, fmt.Sprint(MaxDefinitionValues), 0},
		"too many nodes":       {`{"nodes":[` + many(MaxSteps+1, `{}`) + `]}`, ImportTooMany, fmt.Sprint(MaxSteps), 0},
		"too many ends":        {`{"nodes":[{"name":"A"}],"connections":{"A":{"main":[[` + many(MaxConnections+1, `{"node":"A"}`) + `]]}}}`, ImportTooMany, fmt.Sprint(MaxConnections), 0},
		"name is far too long": {`{"nodes":[],"name":"` + strings.Repeat("n", MaxNameLength+1) + `"}`, ImportTooLarge, fmt.Sprint(MaxNameLength), 0},
	} {
		d, err := Import([]byte(c.raw))
		var refusal *ImportError
		if d != nil || !errors.As(err, &refusal) {
			t.Errorf("%s: %v, %v", name, d, err)
			continue
		}
		if refusal.Code != c.code || !strings.Contains(err.Error(), c.says) || c.line > 0 && refusal.Line != c.line {
			t.Errorf("%s: code %s, line %d: %v", name, refusal.Code, refusal.Line, err)
		}
	}
}

func TestLimitsAreInclusive(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"nodes":       `{"nodes":[` + many(MaxSteps, `{}`) + `]}`,
		"connections": `{"nodes":[{"name":"A"}],"connections":{"A":{"main":[[` + many(MaxConnections, `{"node":"A"}`) + `]]}}}`,
		"name":        `{"nodes":[],"name":"` + strings.Repeat("n", MaxNameLength) + `"}`,
	} {
		if _, err := Import([]byte(raw)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOddShapesAreKept: what n8n or a person may have written is imported as it
// is; what keeps it from running is listed, with its place.
func TestOddShapesAreKept(t *testing.T) {
	t.Parallel()
	const two = `{"name":"A","id":"1","type":"trigger"},{"name":"B","id":"2","type":"pure"}`
	for name, c := range map[string]struct {
		raw      string
		problems string // "code pointer", joined by commas; a trailing ! blocks
	}{
		"all well":             {`{"nodes":[` + two + `],"connections":{"A":{"main":[[{"node":"B","type":"main","index":0}]]}}}`, ""},
		"active in the file":   {`{"active":true,"id":"theirs","nodes":[` + two + `]}`, ""},
		"no connections":       {`{"nodes":[` + two + `],"connections":null}`, ""},
		"from nowhere":         {`{"nodes":[` + two + `],"connections":{"Z":{"main":[[{"node":"B"}]]}}}`, "connection-from-nowhere /connections/Z!"},
		"to nowhere":           {`{"nodes":[` + two + `],"connections":{"A":{"main":[[{"node":"Z"}]]}}}`, "connection-to-nowhere /connections/A/main/0/0!"},
		"empty outputs":        {`{"nodes":[` + two + `],"connections":{"A":{"main":[null,[]]}}}`, ""},
		"connections an array": {`{"nodes":[` + two + `],"connections":[]}`, "connections-shape /connections!"},
		"outputs no array":     {`{"nodes":[` + two + `],"connections":{"A":{"main":{}}}}`, "connection-shape /connections/A/main!"},
		"types no object":      {`{"nodes":[` + two + `],"connections":{"A":[]}}`, "connection-shape /connections/A!"},
		"ends no array":        {`{"nodes":[` + two + `],"connections":{"A":{"main":["B"]}}}`, "connection-shape /connections/A/main/0!"},
		"end no object":        {`{"nodes":[` + two + `],"connections":{"A":{"main":[["B"]]}}}`, "connection-to-nowhere /connections/A/main/0/0!"},
		"index no number":      {`{"nodes":[` + two + `],"connections":{"A":{"main":[[{"node":"B","index":"x"}]]}}}`, "connection-shape /connections/A/main/0/0/index!"},
		"index negative":       {`{"nodes":[` + two + `],"connections":{"A":{"main":[[{"node":"B","index":-1}]]}}}`, "connection-shape /connections/A/main/0/0/index!"},
		"output far away":      {`{"nodes":[` + two + `],"connections":{"A":{"main":[` + many(MaxSteps+1, "null") + `,[{"node":"B"}]]}}}`, fmt.Sprintf("connection-shape /connections/A/main/%d/0!", MaxSteps+1)},
		"a slash in a name":    {`{"nodes":[` + two + `],"connections":{"a/b~c":{"main":[]}}}`, "connection-from-nowhere /connections/a~1b~0c!"},
		"no name":              {`{"nodes":[` + two + `,{"id":"3","type":"pure"}]}`, "node-name-missing /nodes/2/name!"},
		"equal names":          {`{"nodes":[` + two + `,{"name":"A","id":"3","type":"pure"}]}`, "node-name-twice /nodes/2/name!"},
		"no id":                {`{"nodes":[` + two + `,{"name":"C","type":"pure"}]}`, "node-id-missing /nodes/2/id"},
		"no object":            {`{"nodes":[` + two + `,7]}`, "node-shape /nodes/2!"},
		"unknown type":         {`{"nodes":[` + two + `,{"name":"C","id":"3","type":"what"}]}`, "node-type-unknown !"},
		"no trigger":           {`{"nodes":[{"name":"B","id":"2","type":"pure"}]}`, "no-trigger /nodes!"},
		"trigger disabled":     {`{"nodes":[{"name":"A","id":"2","type":"trigger","disabled":true}]}`, "no-trigger /nodes!"},
		"unknown zone":         {`{"nodes":[` + two + `],"settings":{"timezone":"Mars/Base"}}`, "zone-unknown /settings/timezone!"},
		"default zone":         {`{"nodes":[` + two + `],"settings":{"timezone":"DEFAULT"}}`, ""},
		"pinned data":          {`{"nodes":[` + two + `],"pinData":{"A":[{"json":{}}]}}`, "pinned-data /pinData"},
		"no pinned data":       {`{"nodes":[` + two + `],"pinData":{},"staticData":null}`, ""},
		"static data":          {`{"nodes":[` + two + `],"staticData":{"global":{}}}`, "static-data /staticData"},
		"saving": {`{"nodes":[` + two + `],"settings":{"saveDataSuccessExecution":"none","saveDataErrorExecution":"none","saveManualExecutions":false}}`,
			"setting-unsupported /settings/saveDataSuccessExecution,setting-unsupported /settings/saveDataErrorExecution,setting-unsupported /settings/saveManualExecutions"},
		"saving all": {`{"nodes":[` + two + `],"settings":{"saveDataSuccessExecution":"all","saveDataErrorExecution":"all","saveManualExecutions":true}}`, ""},
	} {
		d, err := Import([]byte(c.raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Raw != c.raw {
			t.Errorf("%s: it is not kept byte for byte", name)
		}
		var got []string
		g := Check(d, testCatalogue{})
		for _, p := range g.Problems {
			text := p.Code + " " + p.Pointer
			if p.Blocking {
				text += "!"
			}
			got = append(got, text)
			if p.Message == "" {
				t.Errorf("%s: %s says nothing", name, text)
			}
		}
		if strings.Join(got, ",") != c.problems {
			t.Errorf("%s: problems %v, want %s", name, got, c.problems)
		}
		if again := Check(d, testCatalogue{}); len(again.Problems) != len(g.Problems) {
			t.Errorf("%s: the second check finds %v", name, again.Problems)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Settings{
		`{"nodes":[]}`:                                    {Order: "v0"},
		`{"nodes":[],"settings":{}}`:                      {Order: "v0"},
		`{"nodes":[],"settings":{"executionOrder":"v0"}}`: {Order: "v0"},
		`{"nodes":[],"settings":{"executionOrder":"v1","timezone":"Europe/Berlin","executionTimeout":90}}`: {Order: "v1", Zone: "Europe/Berlin", TimeoutSeconds: 90},
		`{"nodes":[],"settings":{"executionTimeout":-1}}`:                                                  {Order: "v0"},
		`{"nodes":[],"settings":{"executionTimeout":1e300}}`:                                               {Order: "v0", TimeoutSeconds: 1<<31 - 1},
		`{"nodes":[],"settings":7}`:                                                                        {Order: "v0"},
	} {
		d, err := Import([]byte(raw))
		if err != nil || d.Settings != want {
			t.Errorf("%s: %+v, %v", raw, d.Settings, err)
		}
	}
}

func TestStepSettingsAreBounded(t *testing.T) {
	t.Parallel()
	d, err := Import([]byte(`{"nodes":[
		{"name":"A","type":"t","typeVersion":2.1,"position":[3,4],"webhookId":"w","maxTries":99,"waitBetweenTries":1e9,"retryOnFail":true,"executeOnce":true,"alwaysOutputData":true},
		{"name":"B","maxTries":0,"waitBetweenTries":-5,"onError":"continueErrorOutput","continueOnFail":true},
		{"name":"C","typeVersion":"x","position":"here"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := d.Steps[0], d.Steps[1], d.Steps[2]
	if a.MaxTries != 5 || a.RetryWaitMS != 5000 || !a.RetryOnFail || !a.ExecuteOnce || !a.AlwaysOutputData || a.Version != 2.1 || a.X != 3 || a.Y != 4 || a.WebhookID != "w" {
		t.Errorf("%+v", a)
	}
	if b.MaxTries != 2 || b.RetryWaitMS != 0 || b.OnError != "continueErrorOutput" || b.Version != 1 {
		t.Errorf("%+v", b)
	}
	if c.MaxTries != 3 || c.RetryWaitMS != 1000 || c.Version != 1 || c.X != 0 {
		t.Errorf("%+v", c)
	}
}

// FuzzGraph: whatever the bytes, there is a definition or an *ImportError, and
// a definition can be checked and walked.
func FuzzGraph(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `{"nodes":[]}`, `{"nodes":[{"name":"A","type":"trigger"}],"connections":{"A":{"main":[[{"node":"A","index":3}]]}}}`,
		`{"nodes":[{"name":"A","type":"join3"},7,{}],"connections":{"A":{"main":[null,[{"node":"A","index":1e9}],{}]},"B":[]},"settings":{"timezone":"X"},"pinData":{"A":[]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Import(raw)
		if err != nil {
			var refusal *ImportError
			if !errors.As(err, &refusal) || refusal.Code == "" || refusal.Message == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		g := Check(d, testCatalogue{})
		if len(g.Starts) == 0 && len(g.Blocking()) == 0 {
			t.Fatal("nothing can start it and nothing is said")
		}
		g.Routes()
		for i := range d.Steps {
			for o := range d.OutputsConnected(i) {
				for _, e := range d.Edges(i, o) {
					if e.Input >= d.ConnectedInputs(e.Step) {
						t.Fatalf("step %d: input %d of %d", i, e.Input, d.ConnectedInputs(e.Step))
					}
				}
			}
			d.OutputTo(d.Steps[i].Name, d.Steps[0].Name)
		}
	})
}
