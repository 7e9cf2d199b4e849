package handlers_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

const twoCredentials = `[{"id":"1","name":"First","type":"jwtAuth","data":{"secret":"one-secret"}},
	{"id":"2","name":"Second","type":"jwtAuth","data":{"secret":"two-secret"}},{"id":3,"name":"Other","type":"totpApi","data":{"secret":"x"}}]`

func credentialsFile(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credentials.json")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCredentialsFilesAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"readable by others": {twoCredentials, 0o640, "chmod 600"},
		"no JSON":            {`[{"data":"hidden-value"`, 0o600, "JSON list"},
		"no list":            {`{"id":"1"}`, 0o600, "JSON list"},
		"encrypted":          {`[{"id":"1","name":"a","type":"jwtAuth","data":"U2FsdGVk"}]`, 0o600, "--decrypted"},
		"no type":            {`[{"id":"1","data":{"a":"hidden-value"}}]`, 0o600, "credential 0"},
	} {
		_, err := handlers.LoadCredentials(credentialsFile(t, test.text, test.mode))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hidden-value") {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	if _, err := handlers.LoadCredentials("none.json"); err == nil {
		t.Error("a file that is not there is read")
	}
}

func TestStepsGetTheirCredentials(t *testing.T) {
	t.Parallel()
	out := newOutside()
	secret := keeper("secret", func(c *nodes.Call, _ nodes.Inputs) (nodes.Result, error) {
		v, err := c.Credential("jwtAuth")
		if err != nil {
			return nodes.Result{}, err
		}
		text, _ := v.Get("secret").Str()
		return nodes.One([]item.Item{{JSON: item.NewObject(1).Set("length", item.Int(len(text))).Set("first", item.String(text[:3])).Value()}}), nil
	})
	secret.Credentials = []nodes.Credential{{Type: "jwtAuth"}}
	out.extra = []nodes.Definition{secret}
	list, err := handlers.LoadCredentials(credentialsFile(t, twoCredentials, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, t.TempDir(), out, func(c *handlers.EngineConfig) { c.Compiler.UseCredentials(list) })
	defer s.stop()
	for credentials, want := range map[string]string{
		`{"jwtAuth":{"id":"2","name":"First"}}`: `{"length":10,"first":"two"}`,
		`{"jwtAuth":{"id":"9","name":"First"}}`: `{"length":10,"first":"one"}`,
		`{}`:                                    `Node does not have any credentials set`,
	} {
		run := s.run(s.create(chainOf("", step("secret")+`,"credentials":`+credentials)))
		end := s.ended(run)
		got := message(end)
		if got == "" {
			got = lastOutput(s.history(run), "Step 1")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", credentials, got, want)
		}
		for _, e := range s.history(run) {
			if text := string(e.AppendJSON(nil)); strings.Contains(text, "-secret") {
				t.Errorf("a secret is recorded: %s", text)
			}
		}
	}
	for credentials, code := range map[string]string{
		`{"jwtAuth":{"id":"9","name":"Third"}}`: "credential-missing", `{"totpApi":{"id":"3"}}`: "credentials-unsupported",
	} {
		made, err := s.commands.CreateWorkflow(t.Context(), meta(), []byte(chainOf("", step("secret")+`,"credentials":`+credentials)), "")
		if err != nil || len(made.Problems) == 0 || made.Problems[0].Code != code || !made.Problems[0].Blocking {
			t.Errorf("%s: problems %+v, %v", credentials, made.Problems, err)
		}
	}
}
