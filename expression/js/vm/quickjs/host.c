/* The engine and its door to the host, as one translation unit: the codec
   walks objects without property lookups. See codec.go for the format. */
#include "quickjs.c"

#define IMPORT(name) __attribute__((import_module("host"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name)))

/* call runs an operation of the host; the answer lies in the reply buffer. A
   negative length says that the answer is an error to throw. */
IMPORT(call) int32_t host_call(int32_t op, const uint8_t *args, int32_t len);
/* tick lets the host look at its clock. It does not return when time is up. */
IMPORT(tick) void host_tick(void);

static int global_count; /* properties of the global object when the scripts were done */
static JSRuntime *rt;
static JSContext *ctx;

/* ---- buffers ---- */

typedef struct { uint8_t *p; uint32_t n, cap, max; } Buffer;
static Buffer out = { .max = 1 << 28 }, args = { .max = 1 << 28 }, reply;

static int grow(Buffer *b, uint32_t n)
{
    uint32_t cap = b->cap ? b->cap : 4096;
    if (n > b->max - b->n)
        return -1;
    while (cap - b->n < n)
        cap *= 2;
    uint8_t *p = realloc(b->p, cap);
    if (!p)
        return -1;
    b->p = p;
    b->cap = cap;
    return 0;
}

static inline int reserve(Buffer *b, uint32_t n)
{
    return likely(b->cap - b->n >= n) ? 0 : grow(b, n);
}

static inline int put_byte(Buffer *b, uint8_t c)
{
    if (reserve(b, 1))
        return -1;
    b->p[b->n++] = c;
    return 0;
}

static int put_uint(Buffer *b, uint32_t v)
{
    if (reserve(b, 5))
        return -1;
    while (v >= 0x80) {
        b->p[b->n++] = v | 0x80;
        v >>= 7;
    }
    b->p[b->n++] = v;
    return 0;
}

static int put_bytes(Buffer *b, const void *p, uint32_t n)
{
    if (put_uint(b, n) || reserve(b, n))
        return -1;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    return 0;
}

static int put_double(Buffer *b, double d)
{
    if (reserve(b, 8))
        return -1;
    memcpy(b->p + b->n, &d, 8);
    b->n += 8;
    return 0;
}

/* ---- keys: an object's key is written once in a message, then by number ---- */

#define KEYS 4096
static uint32_t key_round = 1;   /* entries of another round are empty */
static uint32_t key_count;
static struct { JSAtom atom; uint32_t round, number; } keys_out[KEYS];
/* by number; they are held, since the number of an atom that is freed is given to another */
static JSAtom keys_held[KEYS / 2];
static JSAtom keys_in[KEYS];
static uint32_t keys_in_count;

/* reset_keys ends a message: the next begins with no keys */
static void reset_keys(void)
{
    key_round++;
    while (key_count > 0)
        JS_FreeAtom(ctx, keys_held[--key_count]);
}

static int put_text(Buffer *b, JSValueConst v);

static int put_key(Buffer *b, JSAtom atom)
{
    uint32_t i = atom * 0x9e3779b1u >> 20;
    if (b == &args) /* it may be written in the midst of another message */
        goto plain;
    while (keys_out[i %= KEYS].round == key_round) {
        if (keys_out[i].atom == atom)
            return put_uint(b, keys_out[i].number + 2);
        i++;
    }
    if (key_count < KEYS / 2) {
        keys_out[i].atom = atom;
        keys_out[i].round = key_round;
        keys_out[i].number = key_count;
        keys_held[key_count++] = JS_DupAtom(ctx, atom);
        if (put_byte(b, 1))
            return -1;
    } else {
    plain:
        if (put_byte(b, 0))
            return -1;
    }
    JSValue v = JS_AtomToString(ctx, atom);
    int failed = put_text(b, v);
    JS_FreeValue(ctx, v);
    return failed;
}

/* ---- values out ---- */

enum { T_UNDEFINED, T_NULL, T_FALSE, T_TRUE, T_DOUBLE, T_INT, T_STRING, T_ARRAY,
       T_OBJECT, T_DATE, T_BIGINT, T_BOXED, T_BYTES };
enum { MODE_VALUE, MODE_JSON }; /* JSON: as JSON.stringify would write it */
enum { MAX_DEPTH = 500 };

static const char *refusal; /* why the last value could not be written; NULL: an exception, or too large */
static JSValue pump = JS_UNDEFINED, self = JS_UNDEFINED, leave = JS_UNDEFINED, describe = JS_UNDEFINED, begin = JS_UNDEFINED;
static JSAtom atom_toJSON, atom_toISOString;

static int refuse(const char *why)
{
    refusal = why;
    return -1;
}

static int put_text(Buffer *b, JSValueConst v)
{
    size_t n;
    const char *s;
    if (JS_VALUE_GET_TAG(v) == JS_TAG_STRING) {
        JSString *str = JS_VALUE_GET_STRING(v);
        if (!str->is_wide_char && str->kind == JS_STRING_KIND_NORMAL) {
            const uint8_t *p = str8(str);
            uint32_t i = 0, len = str->len;
            uint64_t w;
            for (; i + 8 <= len; i += 8) {
                memcpy(&w, p + i, 8);
                if (w & 0x8080808080808080ull)
                    goto slow;
            }
            for (; i < len; i++)
                if (p[i] & 0x80)
                    goto slow;
            return put_bytes(b, p, len);
        }
    }
slow:
    s = JS_ToCStringLen(ctx, &n, v);
    if (!s)
        return -1;
    int failed = put_bytes(b, s, n);
    JS_FreeCString(ctx, s);
    return failed;
}

static int put_value(Buffer *b, JSValueConst v, int mode, int depth);

static int put_member(Buffer *b, JSAtom atom, JSValueConst v, int mode, int depth)
{
    return put_key(b, atom) || put_value(b, v, mode, depth + 1);
}

static int put_count(Buffer *b, uint32_t at, uint32_t n)
{
    memcpy(b->p + at, &n, 4); /* the place was reserved: counts have a fixed size */
    return 0;
}

/* skipped says whether JSON leaves a member out */
static int skipped(JSValueConst v, int mode)
{
    if (mode != MODE_JSON)
        return 0;
    return JS_IsUndefined(v) || JS_IsSymbol(v) || JS_IsFunction(ctx, v);
}

/* put_listed writes any object by the list of its keys; what it reads may run code */
static int put_listed(Buffer *b, JSValueConst v, int mode, int depth)
{
    JSPropertyEnum *names;
    uint32_t len, n = 0, at;
    int failed = 0;

    if (JS_GetOwnPropertyNames(ctx, &names, &len, v, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY))
        return -1;
    if (put_byte(b, T_OBJECT) || reserve(b, 4)) {
        failed = -1;
        goto done;
    }
    at = b->n;
    b->n += 4;
    for (uint32_t i = 0; i < len && !failed; i++) {
        JSValue m = JS_GetProperty(ctx, v, names[i].atom);
        if (JS_IsException(m)) {
            failed = -1;
            break;
        }
        if (!skipped(m, mode)) {
            failed = put_member(b, names[i].atom, m, mode, depth);
            n++;
        }
        JS_FreeValue(ctx, m);
    }
    if (!failed)
        put_count(b, at, n);
done:
    JS_FreePropertyEnum(ctx, names, len);
    return failed;
}

/* put_plain writes an object whose members are plain data, straight from its shape */
static int put_plain(Buffer *b, JSValueConst v, int mode, int depth)
{
    JSObject *p = JS_VALUE_GET_OBJ(v);
    JSShape *sh = p->shape;
    int count = sh->prop_count;
    uint32_t n = 0, at;

    for (int i = 0; i < count; i++) {
        JSShapeProperty *prs = get_shape_prop(sh) + i;
        if (prs->atom != JS_ATOM_NULL && (prs->flags & JS_PROP_TMASK) != JS_PROP_NORMAL)
            return put_listed(b, v, mode, depth);
    }
    if (put_byte(b, T_OBJECT) || reserve(b, 4))
        return -1;
    at = b->n;
    b->n += 4;
    for (int i = 0; i < count; i++) {
        /* writing a member may have run code that changed the object */
        if (p->shape != sh || i >= sh->prop_count)
            return refuse("an object changed while it was written");
        JSShapeProperty *prs = get_shape_prop(sh) + i;
        if (prs->atom == JS_ATOM_NULL || !(prs->flags & JS_PROP_ENUMERABLE) || JS_AtomGetKind(ctx, prs->atom) != JS_ATOM_KIND_STRING)
            continue;
        JSValue m = js_dup(p->prop[i].u.value);
        if (!skipped(m, mode)) {
            if (put_member(b, prs->atom, m, mode, depth)) {
                JS_FreeValue(ctx, m);
                return -1;
            }
            n++;
        }
        JS_FreeValue(ctx, m);
    }
    return put_count(b, at, n);
}

static int put_array(Buffer *b, JSValueConst v, int mode, int depth)
{
    int64_t len;
    JSObject *p = JS_VALUE_GET_OBJ(v);
    if (JS_GetLength(ctx, v, &len))
        return -1;
    if (len > 0xffffffff)
        return refuse("too long");
    if (put_byte(b, T_ARRAY) || reserve(b, 4))
        return -1;
    put_count(b, b->n, len);
    b->n += 4;
    for (int64_t i = 0; i < len; i++) {
        JSValue m;
        if (p->class_id == JS_CLASS_ARRAY && p->fast_array && i < p->u.array.count)
            m = js_dup(p->u.array.u.values[i]);
        else
            m = JS_GetPropertyInt64(ctx, v, i);
        if (JS_IsException(m))
            return -1;
        int failed = skipped(m, mode) ? put_byte(b, T_NULL) : put_value(b, m, mode, depth + 1);
        JS_FreeValue(ctx, m);
        if (failed)
            return -1;
    }
    return 0;
}

/* put_called writes what a method of the object gives */
static int put_called(Buffer *b, JSValueConst v, JSValue fn, int mode, int depth)
{
    JSValue r = JS_Call(ctx, fn, v, 0, NULL);
    JS_FreeValue(ctx, fn);
    if (JS_IsException(r))
        return -1;
    int failed = put_value(b, r, mode, depth + 1);
    JS_FreeValue(ctx, r);
    return failed;
}

static int put_date(Buffer *b, JSValueConst v, int mode, int depth)
{
    if (mode == MODE_JSON) {
        JSValue fn = JS_GetProperty(ctx, v, atom_toJSON);
        if (JS_IsFunction(ctx, fn))
            return put_called(b, v, fn, mode, depth);
        JS_FreeValue(ctx, fn);
    }
    double ms;
    if (JS_ToFloat64(ctx, &ms, JS_VALUE_GET_OBJ(v)->u.object_data))
        return -1;
    return put_byte(b, T_DATE) || put_double(b, ms);
}

static int put_object(Buffer *b, JSValueConst v, int mode, int depth)
{
    JSObject *p = JS_VALUE_GET_OBJ(v);
    if (depth > MAX_DEPTH)
        return refuse("it is nested too deeply or holds itself");
    switch (p->class_id) {
    case JS_CLASS_ARRAY:
        return put_array(b, v, mode, depth);
    case JS_CLASS_OBJECT: {
        JSObject *proto = p->shape->proto;
        if (!proto || proto == JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT])) {
            if (mode != MODE_JSON)
                return put_plain(b, v, mode, depth);
        }
        if (depth == 0 && mode == MODE_VALUE && !JS_IsUndefined(leave)) {
            JSValue r = JS_Call(ctx, leave, JS_UNDEFINED, 1, &v);
            if (JS_IsException(r))
                return -1;
            int same = JS_VALUE_GET_TAG(r) == JS_TAG_OBJECT && JS_VALUE_GET_OBJ(r) == p;
            int failed = same ? 0 : put_value(b, r, mode, 1);
            JS_FreeValue(ctx, r);
            if (!same)
                return failed;
        }
        JSValue fn = JS_GetProperty(ctx, v, atom_toJSON);
        if (JS_IsException(fn))
            return -1;
        if (JS_IsFunction(ctx, fn))
            return put_called(b, v, fn, mode, depth);
        JS_FreeValue(ctx, fn);
        return put_plain(b, v, mode, depth);
    }
    case JS_CLASS_DATE:
        return put_date(b, v, mode, depth);
    case JS_CLASS_NUMBER:
    case JS_CLASS_STRING:
    case JS_CLASS_BOOLEAN:
    case JS_CLASS_BIG_INT: {
        if (mode == MODE_VALUE && put_byte(b, T_BOXED))
            return -1;
        return put_value(b, p->u.object_data, mode, depth + 1);
    }
    case JS_CLASS_REGEXP:
    case JS_CLASS_MAP:
    case JS_CLASS_SET:
    case JS_CLASS_ERROR:
        if (mode == MODE_JSON)
            return put_listed(b, v, mode, depth);
        return put_byte(b, T_OBJECT) || reserve(b, 4) || (put_count(b, b->n, 0), b->n += 4, 0);
    case JS_CLASS_PROXY:
        if (mode == MODE_JSON)
            return JS_IsArray(v) ? put_array(b, v, mode, depth) : put_listed(b, v, mode, depth);
        if (depth == 0 && !JS_IsUndefined(leave)) {
            JSValue r = JS_Call(ctx, leave, JS_UNDEFINED, 1, &v);
            if (JS_IsException(r))
                return -1;
            int same = JS_VALUE_GET_TAG(r) == JS_TAG_OBJECT && JS_VALUE_GET_OBJ(r) == p;
            int failed = same ? refuse("(value) could not be cloned.") : put_value(b, r, mode, 1);
            JS_FreeValue(ctx, r);
            return failed;
        }
        return refuse("(value) could not be cloned.");
    case JS_CLASS_PROMISE:
    case JS_CLASS_WEAKMAP:
    case JS_CLASS_WEAKSET:
    case JS_CLASS_WEAK_REF:
    case JS_CLASS_GENERATOR:
    case JS_CLASS_ASYNC_GENERATOR:
    case JS_CLASS_MAP_ITERATOR:
    case JS_CLASS_SET_ITERATOR:
    case JS_CLASS_ARRAY_ITERATOR:
    case JS_CLASS_STRING_ITERATOR:
    case JS_CLASS_REGEXP_STRING_ITERATOR:
        if (mode == MODE_VALUE)
            return refuse("(value) could not be cloned.");
        return put_listed(b, v, mode, depth);
    }
    if (JS_IsFunction(ctx, v))
        return refuse("a function");
    return put_listed(b, v, mode, depth);
}

static int put_value(Buffer *b, JSValueConst v, int mode, int depth)
{
    double d;
    switch (JS_VALUE_GET_NORM_TAG(v)) {
    case JS_TAG_UNDEFINED:
        return put_byte(b, T_UNDEFINED);
    case JS_TAG_NULL:
        return put_byte(b, T_NULL);
    case JS_TAG_BOOL:
        return put_byte(b, JS_VALUE_GET_BOOL(v) ? T_TRUE : T_FALSE);
    case JS_TAG_INT: {
        int32_t i = JS_VALUE_GET_INT(v);
        return put_byte(b, T_INT) || put_uint(b, (uint32_t)i << 1 ^ (uint32_t)(i >> 31));
    }
    case JS_TAG_FLOAT64:
        d = JS_VALUE_GET_FLOAT64(v);
        if (mode == MODE_JSON && !isfinite(d))
            return put_byte(b, T_NULL);
        return put_byte(b, T_DOUBLE) || put_double(b, d);
    case JS_TAG_STRING:
    case JS_TAG_STRING_ROPE:
        return put_byte(b, T_STRING) || put_text(b, v);
    case JS_TAG_BIG_INT:
    case JS_TAG_SHORT_BIG_INT:
        if (mode == MODE_JSON)
            return refuse("Do not know how to serialize a BigInt");
        return put_byte(b, T_BIGINT) || put_text(b, v);
    case JS_TAG_SYMBOL:
        return mode == MODE_JSON ? put_byte(b, T_UNDEFINED) : refuse(depth ? "(value) could not be cloned." : "Unsupported type");
    case JS_TAG_OBJECT:
        if (mode == MODE_JSON && JS_IsFunction(ctx, v))
            return put_byte(b, T_UNDEFINED);
        return put_object(b, v, mode, depth);
    }
    return refuse("Unsupported type");
}

/* ---- values in ---- */

static const uint8_t *in; /* the host writes what it was asked to: it is trusted */

static uint32_t get_uint(void)
{
    uint32_t v = 0;
    for (int shift = 0;; shift += 7) {
        uint8_t c = *in++;
        v |= (uint32_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return v;
    }
}

static JSAtom get_key(void)
{
    uint32_t k = get_uint();
    if (k >= 2)
        return JS_DupAtom(ctx, keys_in[k - 2]);
    uint32_t n = get_uint();
    JSAtom atom = JS_NewAtomLen(ctx, (const char *)in, n);
    in += n;
    if (k == 1)
        keys_in[keys_in_count++] = JS_DupAtom(ctx, atom);
    return atom;
}

static JSValue get_value(void)
{
    uint32_t n;
    double d;
    JSValue v;
    switch (*in++) {
    case T_NULL:
        return JS_NULL;
    case T_FALSE:
        return JS_FALSE;
    case T_TRUE:
        return JS_TRUE;
    case T_INT:
        n = get_uint();
        return JS_NewInt32(ctx, (int32_t)(n >> 1) ^ -(int32_t)(n & 1));
    case T_DOUBLE:
        memcpy(&d, in, 8);
        in += 8;
        return js_float64(d);
    case T_DATE:
        memcpy(&d, in, 8);
        in += 8;
        return JS_NewDate(ctx, d);
    case T_STRING:
        n = get_uint();
        v = JS_NewStringLen(ctx, (const char *)in, n);
        in += n;
        return v;
    case T_BYTES:
        n = get_uint();
        v = JS_NewUint8ArrayCopy(ctx, in, n);
        in += n;
        return v;
    case T_ARRAY: {
        n = get_uint();
        v = JS_NewArray(ctx);
        if (JS_IsException(v) || n == 0)
            return v;
        JSObject *p = JS_VALUE_GET_OBJ(v);
        if (expand_fast_array(ctx, p, n)) {
            JS_FreeValue(ctx, v);
            return JS_EXCEPTION;
        }
        for (uint32_t i = 0; i < n; i++) {
            JSValue m = get_value();
            if (JS_IsException(m)) {
                JS_FreeValue(ctx, v);
                return JS_EXCEPTION;
            }
            p->u.array.u.values[i] = m;
            p->u.array.count = i + 1;
        }
        p->prop[0].u.value = js_uint32(n); /* length */
        return v;
    }
    case T_OBJECT:
        n = get_uint();
        v = JS_NewObject(ctx);
        if (JS_IsException(v))
            return v;
        for (uint32_t i = 0; i < n; i++) {
            JSAtom atom = get_key();
            JSValue m = get_value();
            JSProperty *pr = NULL;
            if (!JS_IsException(m) && atom != JS_ATOM_NULL)
                pr = add_property(ctx, JS_VALUE_GET_OBJ(v), atom, JS_PROP_C_W_E);
            JS_FreeAtom(ctx, atom);
            if (!pr) {
                JS_FreeValue(ctx, m);
                JS_FreeValue(ctx, v);
                return JS_EXCEPTION;
            }
            pr->u.value = m;
        }
        return v;
    }
    return JS_UNDEFINED;
}

static JSValue get_message(const uint8_t *p)
{
    in = p;
    JSValue v = get_value();
    while (keys_in_count > 0)
        JS_FreeAtom(ctx, keys_in[--keys_in_count]);
    return v;
}

/* ---- the host, as a function: host(operation, ...arguments) ---- */

static JSValue js_host(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int32_t op;
    if (argc < 1 || JS_ToInt32(ctx, &op, argv[0]))
        return JS_ThrowTypeError(ctx, "host: no operation");
    args.n = 0;
    int failed = 0;
    for (int i = 1; i < argc && !failed; i++)
        failed = put_value(&args, argv[i], MODE_VALUE, 1);
    if (failed)
        return JS_HasException(ctx) ? JS_EXCEPTION : JS_ThrowTypeError(ctx, "host: an argument cannot be passed");
    int32_t n = host_call(op, args.p, args.n);
    if (n == 0)
        return JS_UNDEFINED;
    JSValue v = get_message(reply.p);
    if (n < 0 && !JS_IsException(v))
        return JS_Throw(ctx, v);
    return v;
}

/* ---- what the host calls ---- */

static int on_interrupt(JSRuntime *r, void *opaque)
{
    host_tick();
    return 0;
}

/* sbrk gives out memory from where the heap ends, not from where the memory ends:
   an engine that was made new has the memory of the runs before it to fill again */
#define PAGE_BYTES 65536u
static uintptr_t heap_end;
void *sbrk(intptr_t more)
{
    uintptr_t have = __builtin_wasm_memory_size(0) * PAGE_BYTES;
    if (!heap_end)
        heap_end = have;
    uintptr_t old = heap_end, end = old + more;
    if (more < 0 || end < old || (end > have && __builtin_wasm_memory_grow(0, (end - have + PAGE_BYTES - 1) / PAGE_BYTES) == (size_t)-1))
        return (void *)-1;
    heap_end = end;
    return (void *)old;
}

EXPORT(init) int32_t init(void)
{
    rt = JS_NewRuntime();
    if (!rt)
        return 1;
    ctx = JS_NewContext(rt);
    if (!ctx)
        return 1;
    JS_SetInterruptHandler(rt, on_interrupt, NULL);
    guard_init(ctx);
    atom_toJSON = JS_NewAtom(ctx, "toJSON");
    JSValue global = JS_GetGlobalObject(ctx);
    JS_SetPropertyStr(ctx, global, "__call", JS_NewCFunction(ctx, js_host, "host", 1));
    JS_FreeValue(ctx, global);
    return 0;
}

EXPORT(limits) void limits(uint32_t memory, uint32_t stack, uint32_t output)
{
    JS_SetMemoryLimit(rt, memory);
    JS_SetMaxStackSize(rt, stack);
    out.max = args.max = output;
}

/* seed sets the state of Math.random */
EXPORT(seed) void seed(uint64_t state) { ctx->random_state = state ? state : 1; }

EXPORT(reply_buffer) uint8_t *reply_buffer(uint32_t n)
{
    if (reply.cap < n) {
        free(reply.p);
        reply.p = malloc(n);
        reply.cap = reply.p ? n : 0;
    }
    return reply.p;
}

EXPORT(out_buffer) uint8_t *out_buffer(void) { return out.p; }

static int put_field(JSValueConst object, const char *name)
{
    JSValue v = JS_GetPropertyStr(ctx, object, name);
    if (JS_IsException(v)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        v = JS_UNDEFINED;
    }
    int failed = JS_IsUndefined(v) || JS_IsNull(v) ? put_byte(&out, 0) : put_text(&out, v);
    JS_FreeValue(ctx, v);
    if (failed && JS_HasException(ctx)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return put_byte(&out, 0);
    }
    return failed;
}

enum { FAIL_SYNTAX = 1, FAIL_REFUSED, FAIL_ERROR, FAIL_MEMORY, FAIL_THROWN, FAIL_RESULT, FAIL_SIZE };

static int put_cstr(const char *s) { return put_bytes(&out, s, strlen(s)); }

static int refused(JSValueConst e)
{
    return JS_IsObject(e) && JS_IsObject(guard_error) && JS_VALUE_GET_OBJ(guard_error) == JS_VALUE_GET_OBJ(e);
}

/* put_thrown describes an exception; thrown is taken */
static void put_thrown(JSValue thrown)
{
    if (guard_oom) {
        put_byte(&out, FAIL_MEMORY);
        put_cstr("out of memory");
        put_cstr(""), put_cstr(""), put_cstr(""), put_cstr("");
        JS_FreeValue(ctx, thrown);
        return;
    }
    put_byte(&out, refused(thrown) ? FAIL_REFUSED : FAIL_THROWN);
    if (JS_IsObject(thrown)) {
        put_field(thrown, "message");
        put_field(thrown, "description");
        put_field(thrown, "type");
        put_field(thrown, "name");
        put_field(thrown, "stack");
    } else {
        put_text(&out, thrown);
        put_cstr(""), put_cstr(""), put_cstr(""), put_cstr("");
    }
    JS_FreeValue(ctx, thrown);
}

/* fail replaces what was written since mark by the description of a failure to write a value */
static void put_unwritten(uint32_t mark)
{
    out.n = mark;
    reset_keys();
    if (JS_HasException(ctx)) {
        put_byte(&out, 2);
        put_thrown(JS_GetException(ctx));
        return;
    }
    put_byte(&out, 2);
    put_byte(&out, refusal ? FAIL_RESULT : FAIL_SIZE);
    put_cstr(refusal ? refusal : "the result is too large");
    put_cstr(""), put_cstr(""), put_cstr(""), put_cstr("");
}

static int32_t eval(const char *s, uint32_t n, int flags, int guarded, const char *name, JSValue *result)
{
    guard_on = guarded;
    guard_offset = -1;
    guard_refused = 0;
    JSValue v = JS_Eval(ctx, s, n, name, flags);
    guard_on = 0;
    if (!JS_IsException(v)) {
        *result = v;
        return 0;
    }
    JSValue e = JS_GetException(ctx);
    out.n = 0;
    put_byte(&out, guard_refused ? FAIL_REFUSED : guard_offset >= 0 ? FAIL_SYNTAX : FAIL_ERROR);
    put_uint(&out, guard_offset < 0 ? 0 : guard_offset);
    put_field(e, "message");
    put_field(e, "stack");
    JS_FreeValue(ctx, e);
    return out.n;
}

/* script runs a script of our own in the global scope; the text lies in the
   reply buffer and ends with a zero byte. The result is the length of the
   error in the out buffer. */
EXPORT(script) int32_t script(uint32_t n)
{
    JSValue v;
    char *text = malloc(n + 1);
    if (!text)
        return -1;
    memcpy(text, reply.p, n + 1); /* the script may call the host */
    int32_t failed = eval(text, n, JS_EVAL_TYPE_GLOBAL, 0, "host", &v);
    free(text);
    if (failed)
        return failed;
    JS_FreeValue(ctx, v);
    return 0;
}

/* take keeps the global functions that the codec and batches call, and the
   extension functions, an array of [name, function] */
EXPORT(take) int32_t take(void)
{
    JSValue global = JS_GetGlobalObject(ctx);
    JSValue lib = JS_GetPropertyStr(ctx, global, "__engine");
    leave = JS_GetPropertyStr(ctx, lib, "leave");
    begin = JS_GetPropertyStr(ctx, lib, "begin");
    describe = JS_GetPropertyStr(ctx, lib, "describe");
    self = JS_GetPropertyStr(ctx, lib, "self");
    pump = JS_GetPropertyStr(ctx, lib, "pump");
    JSValue list = JS_GetPropertyStr(ctx, lib, "extensions");
    int64_t n = 0;
    if (JS_GetLength(ctx, list, &n))
        return 1;
    for (int64_t i = 0; i < n; i++) {
        JSValue pair = JS_GetPropertyInt64(ctx, list, i);
        JSValue name = JS_GetPropertyInt64(ctx, pair, 0);
        guard_extend(JS_ValueToAtom(ctx, name), JS_GetPropertyInt64(ctx, pair, 1));
        JS_FreeValue(ctx, name);
        JS_FreeValue(ctx, pair);
    }
    JS_FreeValue(ctx, list);
    JS_FreeValue(ctx, lib);
    JSAtom atom = JS_NewAtom(ctx, "__engine");
    JS_DeleteProperty(ctx, global, atom, 0);
    JS_FreeAtom(ctx, atom);
    JSShape *sh = JS_VALUE_GET_OBJ(global)->shape;
    global_count = sh->prop_count - sh->deleted_prop_count;
    JS_FreeValue(ctx, global);
    return 0;
}

/* ---- programs ---- */

static JSValue *programs;
static uint32_t program_count, program_cap;


/* check parses a guarded text without running it */
EXPORT(check) int32_t check(uint32_t n)
{
    JSValue v;
    int32_t failed = eval((char *)reply.p, n, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY, 1, "expression", &v);
    if (!failed)
        JS_FreeValue(ctx, v);
    return failed;
}

/* compile keeps the function that a text makes; program_id gives its number */
EXPORT(compile) int32_t compile(uint32_t n, int32_t guarded)
{
    JSValue v;
    if (program_count == program_cap) {
        uint32_t cap = program_cap ? program_cap * 2 : 64;
        JSValue *p = realloc(programs, cap * sizeof(JSValue));
        if (!p)
            return -1;
        programs = p;
        program_cap = cap;
    }
    char *text = malloc(n + 1);
    if (!text)
        return -1;
    memcpy(text, reply.p, n + 1);
    int32_t failed = eval(text, n, JS_EVAL_TYPE_GLOBAL, guarded, guarded ? "expression" : "code", &v);
    free(text);
    if (failed)
        return failed;
    programs[program_count++] = v;
    return 0;
}

EXPORT(program_id) uint32_t program_id(void) { return program_count - 1; }

/* surfaces tells a refusal from an ordinary error: guarded code goes on without a value after the latter */
static int surfaces(JSValueConst e)
{
    if (guard_oom || !JS_IsObject(e))
        return guard_oom;
    if (refused(e))
        return 1;
    JSValue d = JS_Call(ctx, describe, JS_UNDEFINED, 1, &e);
    int yes = JS_ToBool(ctx, d) > 0;
    JS_FreeValue(ctx, d);
    return yes;
}

static JSValue js_surfaces(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv)
{
    return JS_NewBool(ctx, argc > 0 && surfaces(argv[0]));
}

/* forget removes the global variables that guarded code made by assigning to them */
static void forget(void)
{
    JSObject *p = JS_VALUE_GET_OBJ(ctx->global_obj);
    while (p->shape->prop_count - p->shape->deleted_prop_count > global_count) {
        JSShape *sh = p->shape;
        JSAtom last = JS_ATOM_NULL;
        for (int i = sh->prop_count; i-- > 0 && last == JS_ATOM_NULL;)
            last = (get_shape_prop(sh) + i)->atom;
        if (last == JS_ATOM_NULL || JS_DeleteProperty(ctx, ctx->global_obj, last, 0) != 1)
            return;
    }
}

enum { ENTRY_BYTES = 1 << 20 };
static volatile uint32_t started_items;

/* progress tells where the number of items lies that run has started: the
   host's clock begins anew with each */
EXPORT(progress) volatile uint32_t *progress(void) { return &started_items; }

/* run evaluates a program for items from to to, not included, and writes an
   outcome for each: 0 and the value, or 1 and the failure; 2 and the failure
   where the numbers of keys begin anew. It stops early when memory ran out or
   the outcomes are large, so that the limit of a message is that of an item. */
EXPORT(run) int32_t run(uint32_t program, int32_t from, int32_t to, int32_t keep)
{
    out.n = 0;
    guard_oom = 0;
    for (int32_t i = from; i < to && !guard_oom && out.n < ENTRY_BYTES; i++) {
        started_items++;
        JSValue index = JS_NewInt32(ctx, i);
        JSValueConst argv[3] = { index, JS_NewBool(ctx, i == from), JS_NewBool(ctx, keep && i > from) };
        forget();
        JSValue started = JS_Call(ctx, begin, JS_UNDEFINED, 3, argv);
        JSValue v = JS_EXCEPTION;
        if (!JS_IsException(started)) {
            JS_FreeValue(ctx, started);
            v = JS_Call(ctx, programs[program], self, 0, NULL);
        }
        uint32_t mark = out.n;
        if (JS_IsException(v)) {
            JSValue e = JS_GetException(ctx);
            if (surfaces(e)) {
                put_byte(&out, 1);
                put_thrown(e);
            } else {
                JS_FreeValue(ctx, e);
                put_byte(&out, 0);
                put_byte(&out, T_UNDEFINED);
            }
            continue;
        }
        refusal = NULL;
        if (put_byte(&out, 0) || put_value(&out, v, MODE_VALUE, 0))
            put_unwritten(mark);
        JS_FreeValue(ctx, v);
    }
    reset_keys();
    return out.n;
}

/* call runs a program once, then its jobs, and writes what its promise comes
   to as JSON would have it. */
EXPORT(call) int32_t call(uint32_t program)
{
    out.n = 0;
    guard_oom = 0;
    refusal = NULL;
    JSValue v = JS_Call(ctx, programs[program], JS_UNDEFINED, 0, NULL);
    JSContext *c;
    int r = 1;
    while (!JS_IsException(v) && r != 0 && !guard_oom) {
        r = JS_ExecutePendingJob(rt, &c);
        if (r < 0)
            JS_FreeValue(ctx, JS_GetException(ctx));
        if (r == 0 && JS_IsPromise(v) && JS_PromiseState(ctx, v) == JS_PROMISE_PENDING && !JS_IsUndefined(pump)) {
            /* nothing to do: the next timer, if there is one */
            JSValue more = JS_Call(ctx, pump, JS_UNDEFINED, 0, NULL);
            if (JS_IsException(more))
                JS_FreeValue(ctx, JS_GetException(ctx));
            else if (JS_ToBool(ctx, more) > 0)
                r = 1;
            JS_FreeValue(ctx, more);
        }
    }
    if (JS_IsException(v)) {
        put_byte(&out, 1);
        put_thrown(JS_GetException(ctx));
        return out.n;
    }
    if (JS_IsPromise(v)) {
        JSPromiseStateEnum state = JS_PromiseState(ctx, v);
        JSValue result = JS_PromiseResult(ctx, v);
        JS_FreeValue(ctx, v);
        if (state == JS_PROMISE_PENDING) {
            put_byte(&out, 1);
            put_byte(&out, FAIL_RESULT);
            put_cstr("pending");
            put_cstr(""), put_cstr(""), put_cstr(""), put_cstr("");
            return out.n;
        }
        if (state == JS_PROMISE_REJECTED || guard_oom) {
            put_byte(&out, 1);
            put_thrown(result);
            return out.n;
        }
        v = result;
    }
    if (guard_oom) {
        put_byte(&out, 1);
        put_thrown(v);
        return out.n;
    }
    if (put_byte(&out, 0) || put_value(&out, v, MODE_JSON, 0))
        put_unwritten(0);
    JS_FreeValue(ctx, v);
    reset_keys();
    return out.n;
}

EXPORT(arm) void arm(void)
{
    JSValue global = JS_GetGlobalObject(ctx);
    JS_SetPropertyStr(ctx, global, "__surfaces", JS_NewCFunction(ctx, js_surfaces, "surfaces", 1));
    JS_FreeValue(ctx, global);
}
