// What the host decides: the time, the zone, chance. A replay sees the same.
(lib => {
  'use strict';
  const host = globalThis.__host;
  delete globalThis.__host;
  const luxon = globalThis.luxon;
  delete globalThis.luxon;
  const { jmespath } = globalThis;
  delete globalThis.jmespath;
  Object.assign(lib, { host, luxon, jmespath });

  // The library is minified, names included; people see those of its classes.
  for (const name of ['DateTime', 'Duration', 'Interval', 'Zone', 'IANAZone', 'FixedOffsetZone']) {
    Object.defineProperty(luxon[name], 'name', { value: name, configurable: true });
  }

  luxon.Settings.now = () => host.now();
  luxon.Settings.defaultLocale = 'en-US';

  // zoned sets the zone of the workflow; a context serves many workflows.
  let zone;
  lib.zoned = () => {
    if (zone === host.zone) return;
    zone = host.zone;
    luxon.Settings.defaultZone = zone;
  };
  lib.zoned();

  Math.random = () => host.random();

  // The process is in UTC, and its name is written out.
  const inUTC = / GMT\+0000$/;
  for (const name of ['toString', 'toTimeString']) {
    const plain = Date.prototype[name];
    const written = { [name]() { return plain.call(this).replace(inUTC, ' GMT+0000 (Coordinated Universal Time)'); } }[name];
    Object.defineProperty(Date.prototype, name, { value: written, writable: true, configurable: true });
  }

  const RealDate = Date;
  const construct = Reflect.construct;
  function HostDate(...parts) {
    if (!new.target) return new HostDate().toString();
    return construct(RealDate, parts.length > 0 ? parts : [host.now()], new.target);
  }
  Object.defineProperty(HostDate, 'name', { value: 'Date' });
  Object.defineProperty(HostDate, 'length', { value: 7 });
  HostDate.prototype = RealDate.prototype;
  HostDate.now = () => host.now();
  HostDate.parse = text => RealDate.parse(text);
  HostDate.UTC = (...parts) => RealDate.UTC(...parts);
  Object.defineProperty(RealDate.prototype, 'constructor', { value: HostDate, writable: true, configurable: true });
  globalThis.Date = HostDate;
})(globalThis.__n8n = {});
