package vm

import (
	"context"
	_ "embed" // the engine
	"os"
	"path/filepath"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

//go:embed quickjs/qjs.wasm
var engineCode []byte

// pageBytes is the unit in which WebAssembly counts memory.
const pageBytes = 64 << 10

// maxPages is more than any VM may have; each has a smaller limit of its own.
const maxPages = 1 << 30 / pageBytes

// engine is the compiled engine, shared by all VMs of the process.
type engine struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

// load compiles the engine, once. It takes about a second, or a few
// milliseconds where the user's cache folder holds the result of an earlier
// process.
var load = sync.OnceValues(func() (*engine, error) {
	ctx := context.Background()
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(maxPages)
	if cache := openCache(); cache != nil {
		config = config.WithCompilationCache(cache)
	}
	r := wazero.NewRuntimeWithConfig(ctx, config)
	if err := addHost(ctx, r); err != nil {
		return nil, err
	}
	module, err := r.CompileModule(ctx, engineCode)
	if err != nil {
		return nil, err
	}
	return &engine{runtime: r, module: module}, nil
})

// openCache gives the cache of compiled code, nil where there can be none. The
// folder is the user's own: what lies in it is executed.
func openCache() wazero.CompilationCache {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	dir = filepath.Join(dir, "jobsprint", "wasm")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil
	}
	return cache
}

// Warm compiles the engine if that has not been done.
func Warm() error {
	_, err := load()
	return err
}

const (
	i32 = api.ValueTypeI32
	i64 = api.ValueTypeI64
)

// addHost defines what the engine imports: the two functions of its door, and
// the few of WASI that its C library names, which lead nowhere.
func addHost(ctx context.Context, r wazero.Runtime) error {
	host := r.NewHostModuleBuilder("host")
	define := func(b wazero.HostModuleBuilder, name string, in, out []api.ValueType, f api.GoModuleFunc) {
		b.NewFunctionBuilder().WithGoModuleFunction(f, in, out).Export(name)
	}
	define(host, "call", []api.ValueType{i32, i32, i32}, []api.ValueType{i32}, hostCall)
	define(host, "tick", nil, nil, hostTick)
	if _, err := host.Instantiate(ctx); err != nil {
		return err
	}
	wasi := r.NewHostModuleBuilder("wasi_snapshot_preview1")
	define(wasi, "clock_time_get", []api.ValueType{i32, i64, i32}, []api.ValueType{i32}, hostClock)
	none := func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = badFile }
	define(wasi, "fd_close", []api.ValueType{i32}, []api.ValueType{i32}, none)
	define(wasi, "fd_fdstat_get", []api.ValueType{i32, i32}, []api.ValueType{i32}, none)
	define(wasi, "fd_seek", []api.ValueType{i32, i64, i32, i32}, []api.ValueType{i32}, none)
	define(wasi, "fd_write", []api.ValueType{i32, i32, i32, i32}, []api.ValueType{i32}, none)
	_, err := wasi.Instantiate(ctx)
	return err
}

// badFile is WASI's EBADF: there are no files.
const badFile = 8
