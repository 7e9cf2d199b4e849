// Package oracle runs workflows in an n8n that the user has installed, in a
// folder of its own that is gone afterwards, and reads what it recorded. It uses
// n8n as anybody may: its commands, and the database that these write.
package oracle

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/jobsprint/jobsprint/item"
)

// Limits of a call.
const (
	// MaxWorkflows is how many workflows one call runs.
	MaxWorkflows = 500
	importTime   = 5 * time.Minute
	startTime    = 2 * time.Minute
	eachTime     = 10 * time.Second
	shownOutput  = 4 << 10
)

// N8N is an installed n8n.
type N8N struct {
	// Program is the command to run, with the arguments that go before its own.
	Program []string
	// Zone is the time zone of workflows that name none.
	Zone string
}

// Find looks for an n8n: the program that is named, else "n8n" in the path. A
// file that ends in .js, or has no right to be executed, is given to node.
func Find(named, zone string) (N8N, error) {
	if named == "" {
		path, err := exec.LookPath("n8n")
		if err != nil {
			return N8N{}, errors.New("there is no n8n in the path; install one (npm install -g n8n) or name it with N8N_BIN")
		}
		return N8N{Program: []string{path}, Zone: zone}, nil
	}
	info, err := os.Stat(named)
	if err != nil {
		return N8N{}, fmt.Errorf("there is no n8n at %s; correct N8N_BIN", named)
	}
	if strings.HasSuffix(named, ".js") || info.Mode()&0o111 == 0 {
		return N8N{Program: []string{"node", named}, Zone: zone}, nil
	}
	return N8N{Program: []string{named}, Zone: zone}, nil
}

// Run runs each workflow by hand and gives its execution: status, and data as n8n
// recorded them. Undefined: n8n has not run it.
func (n N8N) Run(ctx context.Context, workflows [][]byte) (executions []item.Value, err error) {
	if len(workflows) > MaxWorkflows {
		return nil, fmt.Errorf("%d workflows at once are too many; %d is the limit", len(workflows), MaxWorkflows)
	}
	home, err := os.MkdirTemp("", "jobsprint-n8n-*")
	if err != nil {
		return nil, fmt.Errorf("make a folder for n8n: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	ids, err := writeWorkflows(filepath.Join(home, "workflows"), workflows)
	if err != nil {
		return nil, err
	}
	if out, err := n.call(ctx, importTime, home, "import:workflow", "--separate", "--input="+filepath.Join(home, "workflows")); err != nil {
		return nil, fmt.Errorf("n8n could not import the workflows: %w\n%s", err, out)
	}
	// Its exit code says that a workflow has failed, which is no news here.
	limit := startTime + time.Duration(len(ids))*eachTime
	out, failed := n.call(ctx, limit, home, "execute-batch", "--ids="+strings.Join(ids, ","), "--concurrency=1")
	executions, err = read(ctx, filepath.Join(home, ".n8n", "database.sqlite"), ids)
	if err == nil && !slices.ContainsFunc(executions, func(v item.Value) bool { return !v.IsUndefined() }) {
		err = fmt.Errorf("n8n has run nothing: %w\n%s", failed, out)
	}
	return executions, err
}

// writeWorkflows writes a file for each, under an id of its own.
func writeWorkflows(folder string, workflows [][]byte) (ids []string, err error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	for i, raw := range workflows {
		v, err := item.Parse(raw, item.Limits{})
		if err != nil {
			return nil, fmt.Errorf("workflow %d: %w", i, err)
		}
		o, ok := v.Obj()
		if !ok {
			return nil, fmt.Errorf("workflow %d is no object", i)
		}
		id := fmt.Sprintf("jobsprint%07d", i)
		b := item.FromObject(o).Set("id", item.String(id)).Set("active", item.False).
			Set("versionId", item.String(fmt.Sprintf("00000000-0000-4000-8000-%012d", i))).Delete("pinData")
		if v.Get("settings").IsUndefined() {
			b.Set("settings", item.NewObject(0).Value())
		}
		if err := os.WriteFile(filepath.Join(folder, id+".json"), b.Value().AppendJSON(nil), 0o600); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// call runs one command of n8n and gives the end of what it printed.
func (n N8N) call(ctx context.Context, limit time.Duration, home string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	line := slices.Concat(n.Program, args)
	c := exec.CommandContext(ctx, line[0], line[1:]...)
	c.Env = append(os.Environ(), "N8N_USER_FOLDER="+home, "TZ=UTC", "LANG=en_US.UTF-8", "GENERIC_TIMEZONE="+n.Zone, "N8N_LOG_LEVEL=error",
		"N8N_DIAGNOSTICS_ENABLED=false", "N8N_VERSION_NOTIFICATIONS_ENABLED=false", "N8N_TEMPLATES_ENABLED=false", "N8N_PERSONALIZATION_ENABLED=false",
		"N8N_RUNNERS_ENABLED=true", "N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS=false", "N8N_RESTRICT_FILE_ACCESS_TO="+home, "NODES_EXCLUDE=[]")
	c.WaitDelay = 10 * time.Second
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	text := out.Bytes()
	return string(text[max(0, len(text)-shownOutput):]), err
}

// newestExecution is what n8n recorded last of a workflow.
const newestExecution = `SELECT e.status, d.data FROM execution_entity e JOIN execution_data d ON d.executionId = e.id
WHERE e.workflowId = ? ORDER BY e.id DESC LIMIT 1`

func read(ctx context.Context, database string, ids []string) (executions []item.Value, err error) {
	db, err := sql.Open("sqlite", "file:"+database+"?mode=ro")
	if err != nil {
		return nil, fmt.Errorf("open n8n's database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	executions = make([]item.Value, len(ids))
	for i, id := range ids {
		var status string
		var data []byte
		err := db.QueryRowContext(ctx, newestExecution, id).Scan(&status, &data)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read n8n's database: %w", err)
		}
		v, err := unflatten(data)
		if err != nil {
			return nil, fmt.Errorf("workflow %d: %w", i, err)
		}
		executions[i] = item.NewObject(2).Set("status", item.String(status)).Set("data", v).Value()
	}
	return executions, nil
}
