// Prints random expressions of Intl and what this Node.js makes of them, a
// JSON line each, for TestIntlIsThatOfNode:
//
//	TZ=UTC LANG=en_US.UTF-8 node intl.mjs SEED COUNT [KIND] > intl.jsonl
//
// intl.jsonl is from Node.js 24.21 (ICU 78.3, CLDR 48) by "intl.mjs 1 900".
import { readFileSync } from 'node:fs';

if (!process.versions.node.startsWith('24.')) throw new Error('this is not Node.js 24');
const [seed = '1', count = '100', only = ''] = process.argv.slice(2);
let state = Number(seed) * 2654435761 % 2 ** 32;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const one = list => list[Math.floor(random() * list.length)];
const maybe = (chance, f) => (random() < chance ? f() : undefined);

const usual = ('en-US en-GB en-IN en-AU en-CA de-DE de-AT de-CH de fr-FR fr-CA fr-CH fr es-ES es-MX es es-AR it-IT it nl-NL nl pt-BR pt-PT pt ' +
  'ja-JP ja zh-CN zh-TW zh-HK ko-KR ru-RU pl-PL sv-SE nb-NO da-DK fi-FI cs-CZ hu-HU tr-TR el-GR uk-UA ro-RO ar-EG ar-SA ar he-IL hi-IN th-TH vi-VN ' +
  'id-ID ms-MY bg-BG hr-HR sk-SK sl-SI lt-LT lv-LV et-EE fa-IR bn-BD ta-IN ur-PK sr-RS ca-ES').split(' ');
const rare = ('af am az be bs cy eu ga gl gu is hy ka kk km kn ky lo mk ml mn mr my ne pa si sq sw te uz zu en-ZA es-CO fr-BE nl-BE sr-Latn-RS kok as or ' +
  'en-NZ en-IE en-SG es-US de-LU it-CH pt-AO zh-Hans-SG zh-Hant ar-MA sw-KE lb fo gsw mt eo').split(' ');
const locale = () => one(random() < 0.8 ? usual : rare);
const currencies = 'EUR USD GBP JPY INR CHF CNY BRL SEK PLN KRW MXN CAD AUD KWD CZK HUF TRY RUB ILS THB'.split(' ');
const units = ('kilometer meter celsius fahrenheit kilogram gram liter hour minute second day week month year byte megabyte gigabyte percent mile foot inch ' +
  'kilometer-per-hour mile-per-hour meter-per-second liter-per-kilometer megabyte-per-second acre degree stone fluid-ounce millisecond').split(' ');
const zones = ('UTC America/New_York Europe/Berlin Asia/Tokyo Asia/Kolkata America/Sao_Paulo Europe/London Australia/Sydney America/Los_Angeles Asia/Shanghai ' +
  'Africa/Cairo Asia/Dubai Pacific/Auckland America/St_Johns Asia/Kathmandu America/Phoenix Europe/Dublin +05:30 America/Argentina/Buenos_Aires Europe/Lisbon ' +
  'Atlantic/Reykjavik Africa/Lagos Asia/Singapore America/Chicago America/Mexico_City').split(' ');

const value = () => one([
  () => Math.round(random() * 1000), () => Math.round(random() * 1e9) / 100, () => random() * 10, () => -Math.round(random() * 1e6) / 1000,
  () => Math.floor(random() * 1e15), () => 0, () => 1, () => 2, () => 1.5, () => 1234.5, () => 999999, () => 12345678.9, () => 0.000123, () => -0, () => 1e21, () => random(),
  () => Infinity, () => NaN, () => 5, () => 1000, () => 10000,
])();
const text = v => (Object.is(v, -0) ? '-0' : String(v));
const when = () => Math.floor((random() * 60 - 5) * 365.25 * 864e5);
const literal = o => JSON.stringify(o);
const clean = o => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined));

const numberOptions = () => {
  const style = one(['decimal', 'decimal', 'percent', 'currency', 'currency', 'unit']);
  const o = { style: style === 'decimal' ? undefined : style };
  if (style === 'currency') {
    o.currency = one(currencies);
    o.currencyDisplay = maybe(0.4, () => one(['code', 'symbol', 'narrowSymbol', 'name']));
    o.currencySign = maybe(0.2, () => 'accounting');
  }
  if (style === 'unit') {
    o.unit = one(units);
    o.unitDisplay = maybe(0.7, () => one(['long', 'short', 'narrow']));
  }
  o.notation = maybe(0.25, () => one(['compact', 'compact', 'scientific', 'engineering']));
  if (o.notation === 'compact') o.compactDisplay = maybe(0.5, () => one(['long', 'short']));
  o.signDisplay = maybe(0.15, () => one(['always', 'never', 'exceptZero', 'negative']));
  o.useGrouping = maybe(0.15, () => one([true, false, 'always', 'min2', 'auto']));
  o.minimumFractionDigits = maybe(0.15, () => Math.floor(random() * 4));
  o.maximumFractionDigits = maybe(0.2, () => (o.minimumFractionDigits ?? 0) + Math.floor(random() * 4));
  o.maximumSignificantDigits = maybe(0.08, () => 1 + Math.floor(random() * 5));
  o.minimumIntegerDigits = maybe(0.05, () => 1 + Math.floor(random() * 4));
  o.roundingMode = maybe(0.1, () => one(['ceil', 'floor', 'expand', 'trunc', 'halfCeil', 'halfFloor', 'halfEven', 'halfTrunc']));
  o.trailingZeroDisplay = maybe(0.05, () => 'stripIfInteger');
  o.roundingPriority = maybe(0.04, () => one(['morePrecision', 'lessPrecision']));
  return clean(o);
};
const zone = () => maybe(0.6, () => one(zones));
const styles = ['full', 'long', 'medium', 'short'];
const dateOptions = () => {
  if (random() < 0.4) {
    const o = { dateStyle: maybe(0.7, () => one(styles)), timeStyle: maybe(0.6, () => one(styles)), timeZone: zone(), hour12: maybe(0.1, () => random() < 0.5) };
    if (!o.dateStyle && !o.timeStyle) o.dateStyle = 'medium';
    return clean(o);
  }
  const names = ['narrow', 'short', 'long'];
  const digits = ['numeric', '2-digit'];
  return clean({
    weekday: maybe(0.3, () => one(names)), era: maybe(0.05, () => one(names)), year: maybe(0.6, () => one(digits)),
    month: maybe(0.65, () => one([...names, ...digits])), day: maybe(0.6, () => one(digits)), dayPeriod: maybe(0.05, () => one(names)),
    hour: maybe(0.4, () => one(digits)), minute: maybe(0.4, () => one(digits)), second: maybe(0.2, () => one(digits)),
    fractionalSecondDigits: maybe(0.05, () => 1 + Math.floor(random() * 3)),
    timeZoneName: maybe(0.25, () => one(['short', 'long', 'shortOffset', 'longOffset', 'shortGeneric', 'longGeneric'])),
    timeZone: zone(), hour12: maybe(0.1, () => random() < 0.5), hourCycle: maybe(0.06, () => one(['h11', 'h12', 'h23', 'h24'])),
  });
};

const kinds = {
  number: () => `(${text(value())}).toLocaleString('${locale()}', ${literal(numberOptions())})`,
  numberPlain: () => `(${text(value())}).toLocaleString('${locale()}')`,
  numberParts: () => `new Intl.NumberFormat('${locale()}', ${literal(numberOptions())}).formatToParts(${text(value())}).map(p => p.type + '=' + p.value).join('|')`,
  numberResolved: () => `new Intl.NumberFormat('${locale()}', ${literal(numberOptions())}).resolvedOptions()`,
  numberRange: () => {
    const start = Math.round(random() * 1e5) / 10;
    const o = numberOptions();
    return `new Intl.NumberFormat('${locale()}', ${literal(o)}).formatRange(${start}, ${start + Math.round(random() * 100) / 10})`;
  },
  date: () => `new Date(${when()}).toLocaleString('${locale()}', ${literal(dateOptions())})`,
  datePlain: () => `new Date(${when()}).${one(['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])}('${locale()}', ${literal(clean({ timeZone: zone() }))})`,
  dateParts: () => `new Intl.DateTimeFormat('${locale()}', ${literal(dateOptions())}).formatToParts(${when()}).map(p => p.type + '=' + p.value).join('|')`,
  dateResolved: () => `new Intl.DateTimeFormat('${locale()}', ${literal(dateOptions())}).resolvedOptions()`,
  dateRange: () => {
    const start = when();
    return `new Intl.DateTimeFormat('${locale()}', ${literal(dateOptions())}).formatRange(${start}, ${start + Math.floor(random() * one([6e4, 36e5, 864e5, 30 * 864e5, 800 * 864e5]))})`;
  },
  zone: () => `new Intl.DateTimeFormat('${locale()}', { timeZone: '${one(zones)}', timeZoneName: '${one(['short', 'long', 'long', 'shortOffset', 'longOffset', 'shortGeneric', 'longGeneric'])}' }).format(${when()})`,
  plural: () => `new Intl.PluralRules('${locale()}', { type: '${one(['cardinal', 'ordinal'])}' }).select(${text(Math.abs(value()))})`,
  pluralResolved: () => `new Intl.PluralRules('${locale()}', { type: '${one(['cardinal', 'ordinal'])}' }).resolvedOptions()`,
  relative: () => `new Intl.RelativeTimeFormat('${locale()}', ${literal(clean({ numeric: maybe(0.5, () => 'auto'), style: maybe(0.6, () => one(['long', 'short', 'narrow'])) }))})` +
    `.format(${one([-2, -1, 0, 1, 2, 3, 5, 11, 21, 1.5, -100, 1234])}, '${one(['second', 'minutes', 'hour', 'days', 'week', 'month', 'quarters', 'year'])}')`,
  relativeParts: () => `new Intl.RelativeTimeFormat('${locale()}').formatToParts(${one([-2, 1, 5, 1234])}, '${one(['hour', 'day', 'year'])}')`,
  list: () => `new Intl.ListFormat('${locale()}', ${literal(clean({ type: maybe(0.6, () => one(['conjunction', 'disjunction', 'unit'])), style: maybe(0.6, () => one(['long', 'short', 'narrow'])) }))})` +
    `.format(${literal(['Ana', 'Ivo', 'Otto', 'Hugo'].sort(() => random() - 0.5).slice(0, Math.floor(random() * 5)))})`,
  names: () => {
    const [type, code] = one([
      ['region', one('US DE FR JP CN GB BR IN ZA 419 HK'.split(' '))], ['language', one('en de fr ja zh-Hant pt-BR en-GB es-MX sr-Latn ar de-AT nl-BE zh-CN fr-FR en-AU'.split(' '))],
      ['currency', one(currencies)], ['script', one('Latn Cyrl Arab Hans Hant Jpan'.split(' '))], ['calendar', one('gregory buddhist islamic'.split(' '))],
      ['dateTimeField', one('era year month day hour weekday weekOfYear timeZoneName dayPeriod'.split(' '))],
    ]);
    return `new Intl.DisplayNames('${locale()}', ${literal(clean({ type, style: maybe(0.4, () => one(['long', 'short', 'narrow'])), languageDisplay: type === 'language' ? maybe(0.3, () => 'standard') : undefined }))}).of('${code}')`;
  },
  compare: () => {
    const words = 'a A b B ä Ä z Z é e ö o ss ß ch c d cz i ı I İ ñ n o1 o10 o2 résumé resume Resume _a -b 1 10 2 あ ア 中 国 Ω я й ł l å aa ø'.split(' ');
    const list = Array.from({ length: 8 }, () => one(words));
    return `${literal(list)}.sort(new Intl.Collator('${locale()}', ${literal(clean({ numeric: maybe(0.3, () => true), sensitivity: maybe(0.3, () => one(['base', 'accent', 'case', 'variant'])), caseFirst: maybe(0.1, () => one(['upper', 'lower'])) }))}).compare)`;
  },
  locale: () => `(l => [l.toString(), l.maximize().toString(), l.minimize().toString(), l.language, l.script, l.region, l.getWeekInfo(), l.getTextInfo(), l.getHourCycles(), l.getNumberingSystems(), l.getCalendars()])(new Intl.Locale('${one([locale(), `${locale()}-u-nu-latn`, 'zh', 'sr-Latn', 'und-US', 'en-Latn-US', 'iw'])}'))`,
  canonical: () => `Intl.getCanonicalLocales('${one([locale().toLowerCase(), 'zh-hans-cn', 'iw', 'in-ID', 'EN-us-U-NU-latn-CA-gregory', 'sh', 'zh-cmn', 'de-1996', 'x', 'en_US', '', 'de-u-kn-true', 'mo', 'sr-YU'])}')`,
  supported: () => `Intl.NumberFormat.supportedLocalesOf(${literal([locale(), one(['xx', 'tlh', 'zh-TW', 'en-XX', 'de-u-co-phonebk', 'no', 'sr-Latn-RS', 'pa-PK'])])})`,
  casing: () => `'${one(['iIıİ', 'straße', 'ΑΣ ς', 'ǆ', 'éÀ', 'Ìi'])}'.toLocale${one(['Upper', 'Lower'])}Case('${one(['tr', 'az', 'lt', 'de', 'el', 'en', 'fr'])}')`,
  segments: () => `[...new Intl.Segmenter('${one(['en', 'de', 'fr'])}', { granularity: '${one(['grapheme', 'word'])}' }).segment(${literal(one(['👨‍👩‍👧 a', 'Hello, world!', "it's 3.5 km", 'e\u0301a', '🇩🇪🇫🇷', 'a-b_c', 'x  y\nz']))})].map(s => [s.segment, s.index, s.isWordLike])`,
  wrong: () => one([
    `new Intl.NumberFormat('${one(['x', '', 'en_US', 'a-b-c'])}')`, `(1).toLocaleString('en', { style: '${one(['x', 'currency', 'unit'])}' })`, `(1).toLocaleString('en', { style: 'currency', currency: 'x' })`,
    `new Date(0).toLocaleString('en', { timeZone: 'Mars/Base' })`, `new Date(0).toLocaleString('en', { dateStyle: 'x' })`, `new Date(0).toLocaleString('en', { dateStyle: 'short', hour: 'numeric' })`,
    `(1).toLocaleString('en', { maximumFractionDigits: 101 })`, `(1).toLocaleString('en', { minimumFractionDigits: 5, maximumFractionDigits: 2 })`, `new Intl.RelativeTimeFormat('en').format(1, 'x')`,
    `new Intl.RelativeTimeFormat('en').format(NaN, 'day')`, `new Intl.ListFormat('en').format([1])`, `new Intl.DateTimeFormat('en').format(NaN)`, `new Intl.DisplayNames('en')`, `Intl.supportedValuesOf('x')`,
    `new Date(0).toLocaleDateString('en', { timeStyle: 'short' })`, `new Intl.NumberFormat(null)`, `new Intl.NumberFormat([1])`, `new Intl.PluralRules('en', { type: 'x' })`, `Intl.PluralRules('en')`,
    `new Intl.DisplayNames('en', { type: 'region' }).of('xxxx')`, `new Intl.Locale('')`, `new Intl.Locale()`, `new Intl.DateTimeFormat('en', null)`, `new Intl.NumberFormat('en', { roundingIncrement: 3 })`,
  ]),
};

// Luxon, where the file of the prelude is beside this.
(0, eval)(readFileSync(new URL('../prelude/luxon.min.js', import.meta.url), 'utf8'));
const { DateTime, Duration } = globalThis.luxon;
const at = () => `DateTime.fromMillis(${when()}, { zone: '${one(zones.filter(z => z[0] !== '+'))}', locale: '${locale()}' })`;
Object.assign(kinds, {
  luxonFormat: () => `${at()}.toFormat('${one(['D', 'DD', 'DDD', 'DDDD', 't', 'tt', 'ttt', 'tttt', 'T', 'TT', 'f', 'ff', 'fff', 'ffff', 'F', 'FF', 'FFF', 'FFFF', 'cccc d LLLL yyyy', 'ccc dd LLL yy', 'EEEE MMMM', 'MMM', 'LLLLL', 'h:mm a', 'G GG', 'ZZZZ', 'ZZZZZ', 'HH:mm'])}')`,
  luxonPreset: () => `${at()}.toLocaleString(DateTime.${one(['DATE_SHORT', 'DATE_MED', 'DATE_MED_WITH_WEEKDAY', 'DATE_FULL', 'DATE_HUGE', 'TIME_SIMPLE', 'TIME_WITH_SECONDS', 'TIME_WITH_SHORT_OFFSET', 'TIME_WITH_LONG_OFFSET', 'TIME_24_SIMPLE', 'DATETIME_SHORT', 'DATETIME_MED', 'DATETIME_FULL', 'DATETIME_HUGE', 'DATETIME_SHORT_WITH_SECONDS'])})`,
  luxonRelative: () => `${at()}.toRelative({ base: ${at()}${maybe(0.4, () => ", style: 'short'") ?? ''} })`,
  luxonHuman: () => `Duration.fromObject({ hours: ${Math.floor(random() * 30)}, minutes: ${Math.floor(random() * 60)} }, { locale: '${locale()}' }).toHuman(${one(['', "{ unitDisplay: 'short' }", "{ listStyle: 'long' }"])})`,
  luxonParts: () => `(d => [d.monthLong, d.monthShort, d.weekdayLong, d.weekdayShort, d.offsetNameShort, d.offsetNameLong])(${at()})`,
  luxonRead: () => `(l => DateTime.fromFormat(DateTime.fromMillis(${when()}, { zone: 'UTC', locale: l }).toFormat('d LLLL yyyy'), 'd LLLL yyyy', { zone: 'UTC', locale: l }).toISODate())('${locale()}')`,
});

const names = Object.keys(kinds).filter(name => name.startsWith(only));
const seen = new Set();
for (let i = 0; seen.size < Number(count) && i < 50 * Number(count); i++) {
  const name = names[i % names.length];
  const code = kinds[name]();
  if (seen.has(code)) continue;
  seen.add(code);
  let line;
  try {
    line = { kind: name, code, result: eval(code) };
  } catch (e) {
    line = { kind: name, code, error: `${e.name}: ${e.message}` };
  }
  console.log(JSON.stringify(line));
}
