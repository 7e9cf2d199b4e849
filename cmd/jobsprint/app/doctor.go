package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// doctor checks what the program depends on, and says what to do about what it
// finds. It changes nothing.
func (a *App) doctor(ctx context.Context) []wire.Check {
	var out []wire.Check
	for _, check := range []func(context.Context) []wire.Check{
		a.checkFolder, a.checkKey, a.checkSettings, a.checkStreams, a.checkProjections, a.checkDeadLetters, a.checkEngine,
	} {
		out = append(out, check(ctx)...)
	}
	return out
}

func ok(name, format string, args ...any) wire.Check {
	return wire.Check{Name: name, Status: wire.CheckOK, Detail: fmt.Sprintf(format, args...)}
}

func bad(status, name, fix, format string, args ...any) wire.Check {
	return wire.Check{Name: name, Status: status, Detail: fmt.Sprintf(format, args...), Fix: fix}
}

func (a *App) checkFolder(context.Context) []wire.Check {
	const name = "data folder"
	f, err := os.CreateTemp(a.conf.DataDir, "doctor.*")
	if err != nil {
		return []wire.Check{bad(wire.CheckFail, name, "Make the folder writable, or free space on its disk.", "%v", err)}
	}
	_, err = f.WriteString("written by jobsprint doctor")
	_ = f.Close()
	_ = os.Remove(f.Name())
	if err != nil {
		return []wire.Check{bad(wire.CheckFail, name, "Free space on the disk of "+a.conf.DataDir+".", "%v", err)}
	}
	return []wire.Check{ok(name, "%s, held by this process", a.conf.DataDir)}
}

func (a *App) checkKey(context.Context) []wire.Check {
	const name = "master key"
	info, err := os.Stat(a.conf.KeyFile)
	if err != nil {
		return []wire.Check{bad(wire.CheckFail, name, "Put the file back now: after a restart nothing stored can be read without it.", "%v", err)}
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return []wire.Check{bad(wire.CheckWarn, name, "chmod 600 "+a.conf.KeyFile, "%s can be read by others (%v)", a.conf.KeyFile, mode)}
	}
	if within(a.conf.DataDir, a.conf.KeyFile) {
		return []wire.Check{bad(wire.CheckWarn, name, "Keep the key outside the data folder (--key-file), so that a copy of the folder is of no use to others.", "%s lies in the data folder", a.conf.KeyFile)}
	}
	return []wire.Check{ok(name, "%s; keep a copy of it elsewhere", a.conf.KeyFile)}
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

func (a *App) checkSettings(ctx context.Context) []wire.Check {
	const name = "stream settings"
	list, err := a.log.Drift(ctx)
	if err != nil {
		return []wire.Check{bad(wire.CheckFail, name, "Try again; if it stays, restart the server.", "%v", err)}
	}
	var out []wire.Check
	for _, d := range list {
		out = append(out, bad(wire.CheckWarn, name, "Somebody or another version changed it; set it back, or keep it knowingly.", "%s", d))
	}
	if len(out) == 0 {
		out = append(out, ok(name, "as this version has them"))
	}
	return out
}

// checkStreams reads the last commit of each event stream, which also proves
// that its key is there.
func (a *App) checkStreams(ctx context.Context) []wire.Check {
	var out []wire.Check
	figures, err := a.log.Stats(ctx)
	if err != nil {
		return []wire.Check{bad(wire.CheckFail, "streams", "Try again; if it stays, restart the server.", "%v", err)}
	}
	for _, s := range figures {
		out = append(out, ok("stream "+s.Name, "%d messages, %d bytes, %d to %d", s.Messages, s.Bytes, s.First, s.Last))
	}
	for _, stream := range a.log.Streams() {
		last := a.log.Last(stream)
		if last == 0 {
			continue
		}
		if _, err := a.log.ReadAt(ctx, events.Position{Stream: stream, Seq: last}); err != nil {
			out = append(out, bad(wire.CheckFail, "stream "+stream, "Stop the server and restore the folder from a backup.", "the last commit cannot be read: %v", err))
		}
	}
	return out
}

func (a *App) checkProjections(ctx context.Context) []wire.Check {
	var out []wire.Check
	for _, s := range a.projector.Status(ctx) {
		name := "projection " + s.Name
		switch {
		case s.Alarm != "":
			out = append(out, bad(wire.CheckFail, name, "jobsprint projections rebuild "+s.Name, "%s", s.Alarm))
		default:
			out = append(out, ok(name, "%s, %d commits behind", s.State, s.Lag))
		}
	}
	return out
}

// maxDeadLetters is how many dead letters the doctor counts.
const maxDeadLetters = 100

func (a *App) checkDeadLetters(ctx context.Context) []wire.Check {
	const name = "dead letters"
	list, err := a.log.DeadLetters(ctx, maxDeadLetters)
	if err != nil {
		return []wire.Check{bad(wire.CheckFail, name, "Try again; if it stays, restart the server.", "%v", err)}
	}
	if len(list) == 0 {
		return []wire.Check{ok(name, "none")}
	}
	newest := list[0]
	return []wire.Check{bad(wire.CheckWarn, name, "Look for the reason in the server's log; the events themselves are not lost.",
		"%d deliveries were given up, such as one of handler %s at %s: %s", len(list), newest.Handler, newest.At.Format("2006-01-02 15:04:05"), newest.Reason)}
}

func (a *App) checkEngine(context.Context) []wire.Check {
	s := a.engine.Stats()
	if s.InWork >= s.Limit {
		return []wire.Check{bad(wire.CheckWarn, "engine", "Wait for runs to end, or raise --max-runs.", "%d runs are in work, which is the limit: new ones are refused", s.InWork)}
	}
	return []wire.Check{ok("engine", "%d runs in work, %d waiting, limit %d", s.InWork, s.Waiting, s.Limit)}
}
