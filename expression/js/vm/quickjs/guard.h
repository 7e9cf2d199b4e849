/* What an expression may not say, and calls of extension functions. Included
   by quickjs.c before its parser. Code is guarded while guard_on is set: then
   the parser refuses names and forms, and emits a check for computed keys. */
static int guard_on;          /* parsing guarded code */
static int guard_oom;         /* memory ran out since it was cleared */
static int guard_refused;     /* the last parse error is a refusal, not bad syntax */
static int32_t guard_offset;  /* where the last parse error is, in bytes */
static JSValue guard_error = JS_UNDEFINED; /* the last refusal at run time */

static const char *const guard_denied_names[] = {
    "constructor", "__proto__", "prototype", "getPrototypeOf", "setPrototypeOf",
    "getOwnPropertyDescriptor", "getOwnPropertyDescriptors", "defineProperty",
    "defineProperties", "__defineGetter__", "__defineSetter__",
    "__lookupGetter__", "__lookupSetter__", "prepareStackTrace", "mainModule",
    "binding", "_linkedBinding", "_load", "dlopen", "execve", "loadEnvFile",
    NULL
};
#define GUARD_MAX_DENIED 32
#define GUARD_SLOTS 1024 /* a power of two, far above the number of extension functions */
static JSAtom guard_atom_if;
static JSAtom guard_denied[GUARD_MAX_DENIED];
static struct { JSAtom name; JSValue fn; } guard_slots[GUARD_SLOTS];

/* The words that V8 has for an error, which people and workflows know. The
   arguments are the same. */
static const char *guard_words(const char *fmt)
{
    static const char *const words[][2] = {
        { "cannot read property '%s' of null", "Cannot read properties of null (reading '%s')" },
        { "cannot read property '%s' of undefined", "Cannot read properties of undefined (reading '%s')" },
        { "cannot set property '%s' of null", "Cannot set properties of null (setting '%s')" },
        { "cannot set property '%s' of undefined", "Cannot set properties of undefined (setting '%s')" },
        { "%s is not initialized", "Cannot access '%s' before initialization" },
        { "invalid array length", "Invalid array length" },
        { "cannot convert symbol to string", "Cannot convert a Symbol value to a string" },
        { "cannot convert symbol to number", "Cannot convert a Symbol value to a number" },
        { "empty array", "Reduce of empty array with no initial value" },
        { "invalid 'instanceof' right operand", "Right-hand side of 'instanceof' is not callable" },
        { "bad normalization form", "The normalization form should be one of NFC, NFD, NFKC, NFKD." },
        { "Date value is NaN", "Invalid time value" },
        { "expecting %%", "URI malformed" },
        { "expecting hex digit", "URI malformed" },
        { "malformed UTF-8", "URI malformed" },
        { "expecting surrogate pair", "URI malformed" },
    };
    for (size_t i = 0; i < countof(words); i++)
        if (!strcmp(fmt, words[i][0]))
            return words[i][1];
    return fmt;
}

static void guard_init(JSContext *ctx)
{
    guard_atom_if = JS_NewAtom(ctx, "$if");
    for (int i = 0; guard_denied_names[i]; i++)
        guard_denied[i] = JS_NewAtom(ctx, guard_denied_names[i]);
}

static int guard_is_denied(JSAtom name)
{
    for (int i = 0; i < GUARD_MAX_DENIED && guard_denied[i]; i++)
        if (guard_denied[i] == name)
            return 1;
    return 0;
}

/* an extension function: names are added once, before any guarded code is compiled */
static void guard_extend(JSAtom name, JSValue fn)
{
    uint32_t i = name;
    while (guard_slots[i %= GUARD_SLOTS].name != JS_ATOM_NULL)
        i++;
    guard_slots[i].name = name;
    guard_slots[i].fn = fn;
}

static JSValue guard_function(JSAtom name)
{
    for (uint32_t i = name; guard_slots[i %= GUARD_SLOTS].name != JS_ATOM_NULL; i++)
        if (guard_slots[i].name == name)
            return guard_slots[i].fn;
    return JS_UNDEFINED;
}

static int guard_call_op(JSAtom name)
{
    if (guard_on && !JS_IsUndefined(guard_function(name)))
        return OP_get_ext;
    return OP_get_field2;
}

static void guard_failed_at(ptrdiff_t offset)
{
    guard_offset = offset;
    guard_refused = 0;
}

static int guard_refuse(JSParseState *s, const char *fmt, JSAtom name)
{
    char buf[ATOM_GET_STR_BUF_SIZE];
    js_parse_error(s, fmt, JS_AtomGetStr(s->ctx, buf, sizeof(buf), name));
    guard_refused = 1;
    return -1;
}

static int guard_member(JSParseState *s, JSAtom name)
{
    if (name == JS_ATOM_constructor)
        return guard_refuse(s, "Expression contains invalid constructor function call", name);
    if (guard_is_denied(name))
        return guard_refuse(s, "Cannot access \"%s\" due to security concerns", name);
    return 0;
}

static int guard_destructured(JSParseState *s, JSAtom name)
{
    if (guard_is_denied(name))
        return guard_refuse(s, "Cannot destructure \"%s\" due to security concerns", name);
    return 0;
}

static int guard_variable(JSParseState *s, JSAtom name)
{
    if (name == JS_ATOM_arguments)
        return guard_refuse(s, "Cannot access \"%s\" due to security concerns", name);
    return 0;
}

static int guard_with(JSParseState *s)
{
    return guard_refuse(s, "Cannot use \"with\" statements due to security concerns", JS_ATOM_NULL);
}

static int guard_import(JSParseState *s)
{
    return guard_refuse(s, "Imports are not supported", JS_ATOM_NULL);
}

static int guard_private(JSParseState *s)
{
    return guard_refuse(s, "did not recognize object of type \"PrivateIdentifier\"", JS_ATOM_NULL);
}

static int guard_method(JSParseState *s)
{
    return js_parse_error(s, "methods, getters and setters are not supported");
}

/* a computed key: an object is turned into its key once, here, so that what is
   checked is what is used */
static int guard_key(JSContext *ctx, JSValue *key)
{
    JSAtom name;
    JSValue v;
    char buf[ATOM_GET_STR_BUF_SIZE];
    int tag = JS_VALUE_GET_NORM_TAG(*key);

    if (tag != JS_TAG_STRING && tag != JS_TAG_STRING_ROPE && tag != JS_TAG_OBJECT)
        return 0;
    name = JS_ValueToAtom(ctx, *key);
    if (name == JS_ATOM_NULL)
        return -1;
    if (guard_is_denied(name)) {
        JS_ThrowTypeError(ctx, "Cannot access \"%s\" due to security concerns",
                          JS_AtomGetStr(ctx, buf, sizeof(buf), name));
        JS_FreeAtom(ctx, name);
        JS_FreeValue(ctx, guard_error);
        guard_error = js_dup(ctx->rt->current_exception);
        return -1;
    }
    if (tag == JS_TAG_OBJECT) {
        v = JS_AtomToValue(ctx, name);
        JS_FreeValue(ctx, *key);
        *key = v;
    }
    JS_FreeAtom(ctx, name);
    return 0;
}

static __exception int next_token(JSParseState *s);
static int js_parse_expect(JSParseState *s, int tok);
static __exception int js_parse_assign_expr(JSParseState *s);
static void emit_op(JSParseState *s, uint8_t val);
static int emit_goto(JSParseState *s, int opcode, int label);
static int emit_label(JSParseState *s, int label);

static int guard_is_if(JSParseState *s, JSAtom name)
{
    return guard_on && name == guard_atom_if && s->token.val == '(';
}

/* $if(test, yes, no) evaluates only one of its values; no is false where it is
   left out */
static int guard_if(JSParseState *s)
{
    int no, end;
    if (next_token(s) || js_parse_assign_expr(s))
        return -1;
    no = emit_goto(s, OP_if_false, -1);
    if (js_parse_expect(s, ',') || js_parse_assign_expr(s))
        return -1;
    end = emit_goto(s, OP_goto, -1);
    emit_label(s, no);
    if (s->token.val == ',') {
        if (next_token(s))
            return -1;
    }
    if (s->token.val == ')')
        emit_op(s, OP_push_false);
    else if (js_parse_assign_expr(s))
        return -1;
    while (s->token.val == ',') {
        if (next_token(s) || js_parse_assign_expr(s))
            return -1;
        emit_op(s, OP_drop);
    }
    if (js_parse_expect(s, ')'))
        return -1;
    emit_label(s, end);
    return 0;
}
