// Luxon asks for the offset of a zone at every step; the host knows it without
// formatting a date.
(() => {
  'use strict';
  const { call } = globalThis.__engine;
  const { IANAZone } = globalThis.luxon;
  const original = IANAZone.prototype.offset;
  IANAZone.prototype.offset = function (ts) {
    const minutes = Number.isFinite(ts) ? call(14, this.name, ts) : undefined;
    return minutes === undefined ? original.call(this, ts) : minutes;
  };
})();
