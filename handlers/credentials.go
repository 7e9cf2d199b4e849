package handlers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// maxCredentialsBytes bounds a file of credentials.
const maxCredentialsBytes = 4 << 20

// Credentials are the credentials that steps may use, from a file. Their data is
// in no message and in no event. Nil has none.
type Credentials struct{ list []credential }

type credential struct {
	id, name, kind string
	data           item.Value
}

// LoadCredentials reads a file in n8n's export form: a list of objects with id,
// name, type and data. Only its owner may be able to read it.
func LoadCredentials(path string) (*Credentials, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the credentials: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the credentials: %w", err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&(fs.ModePerm&^0o700) != 0 {
		return nil, fmt.Errorf("others than you may read %s (mode %04o); run \"chmod 600 %s\"", path, mode, path)
	}
	if info.Size() > maxCredentialsBytes {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, maxCredentialsBytes)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the credentials: %w", err)
	}
	c, err := parseCredentials(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// errCredentials says what a file of credentials looks like; never what this one
// holds.
var errCredentials = errors.New(`it must be a JSON list of objects with "id", "name", "type" and "data"`)

func parseCredentials(raw []byte) (*Credentials, error) {
	v, err := item.Parse(raw, item.Limits{MaxBytes: maxCredentialsBytes, MaxDepth: 100, MaxValues: 1 << 16})
	if err != nil {
		return nil, errCredentials // the parser's message may quote what is there
	}
	list, ok := v.Elems()
	if !ok {
		return nil, errCredentials
	}
	out := &Credentials{}
	for i, e := range list {
		c := credential{data: e.Get("data")}
		c.id, _ = nodes.ToText(e.Get("id"))
		c.name, _ = e.Get("name").Str()
		c.kind, _ = e.Get("type").Str()
		if c.data.Kind() == item.KindString {
			return nil, fmt.Errorf("the data of credential %d is encrypted; export it with \"n8n export:credentials --decrypted\"", i)
		}
		if c.kind == "" || c.data.Kind() != item.KindObject {
			return nil, fmt.Errorf("credential %d: %w", i, errCredentials)
		}
		out.list = append(out.list, c)
	}
	return out, nil
}

// find gives the credential of a kind that a step names: by its id, else by its
// name, else the only one of the kind.
func (c *Credentials) find(kind string, ref workflow.CredentialRef) (item.Value, bool) {
	if c == nil {
		return item.Undefined, false
	}
	var named, only *credential
	count := 0
	for i := range c.list {
		k := &c.list[i]
		if k.kind != kind {
			continue
		}
		count++
		only = k
		if ref.ID != "" && k.id == ref.ID {
			return k.data, true
		}
		if named == nil && ref.Name != "" && k.name == ref.Name {
			named = k
		}
	}
	if named == nil && count == 1 {
		named = only
	}
	if named == nil {
		return item.Undefined, false
	}
	return named.data, true
}

// credential gives a step the data of its credential of a kind.
func (c *Credentials) of(s *workflow.Step, kind string) (item.Value, error) {
	for _, ref := range s.Credentials {
		if ref.Type != kind {
			continue
		}
		if data, ok := c.find(kind, ref); ok {
			return data, nil
		}
		fail := nodes.Fail("credential.missing", fmt.Sprintf("Credential with ID \"%s\" does not exist for type \"%s\".", ref.ID, kind), -1)
		fail.Description = missingCredential(s.Name, ref)
		return item.Undefined, fail
	}
	message := "Node does not have any credentials set"
	if len(s.Credentials) > 0 {
		message += " for \"" + kind + "\""
	}
	return item.Undefined, nodes.Fail("credential.unset", message, -1)
}

func missingCredential(step string, ref workflow.CredentialRef) string {
	return fmt.Sprintf("%q uses the credential %q of type %q, which is not in the credentials file; name a file that has it with --credentials or JOBSPRINT_CREDENTIALS_FILE", step, ref.Name, ref.Type)
}

// check lists the credentials that a step needs and that are not there, and
// those that its type does not use.
func (c *Credentials) check(s *workflow.Step, def *nodes.Definition) []workflow.Problem {
	var out []workflow.Problem
	for _, ref := range s.Credentials {
		pointer := fmt.Sprintf("/nodes/%d/credentials/%s", s.Index, ref.Type)
		declared, used := uses(def, s, ref.Type)
		if declared && !used {
			continue // left from an earlier setting of the step
		}
		_, there := c.find(ref.Type, ref)
		switch {
		case !declared && idle(s):
			continue
		case !declared:
			out = append(out, workflow.Problem{
				Code: "credentials-unsupported", Step: s.Name, Pointer: pointer, Blocking: !s.Disabled,
				Message: fmt.Sprintf("%q uses a credential of type %q, which this version cannot use in %q yet", s.Name, ref.Type, s.Type),
			})
		case !there:
			out = append(out, workflow.Problem{
				Code: "credential-missing", Step: s.Name, Pointer: pointer, Blocking: !s.Disabled, Message: missingCredential(s.Name, ref),
			})
		}
	}
	return out
}

// uses reports whether a step type knows a kind of credential, and whether the
// step's parameters ask for it.
func uses(def *nodes.Definition, s *workflow.Step, kind string) (declared, used bool) {
	for _, d := range def.Credentials {
		if d.Type != kind {
			continue
		}
		declared = true
		holds := true
		for _, when := range d.ShowWhen {
			v := s.Params.Get(when.Field)
			if when.Field == "@version" {
				v = item.Number(s.Version)
			}
			holds = holds && slices.ContainsFunc(when.Values, func(want item.Value) bool { return item.Equal(want, v) })
		}
		used = used || holds
	}
	return declared, used
}

// idle reports whether a step says that it uses no credential.
func idle(s *workflow.Step) bool {
	auth, _ := s.Params.Get("authentication").Str()
	return auth == "none" || auth == "" && s.Type == "n8n-nodes-base.httpRequest"
}
