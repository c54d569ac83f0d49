// Loaded into a node's process before it starts (`node --import`): makes it die or stop at a named place, or gives it a
// wrong clock. The built product itself knows nothing of it but its own empty fault points.
import { writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { FAULT_AT, SHIFT_MS, SHIFT_LATER_MS } = process.env;

/** `point:nth:signal`: at the nth passage of the point, and never again. */
if (FAULT_AT) {
  const [point, nth, signal] = FAULT_AT.split(':');
  const engine = join(dirname(process.argv[1]), 'engine/fault-points.js');
  const { hookFaultPoint } = await import(pathToFileURL(engine).href);
  let passages = 0;
  hookFaultPoint(point, () => {
    passages += 1;
    if (passages !== Number(nth)) return;
    writeSync(1, `{"fault":"${point}"}\n`);
    process.kill(process.pid, signal);
  });
}

if (SHIFT_MS) {
  const RealDate = Date;
  let shiftMs = Number(SHIFT_MS);
  globalThis.Date = class Date extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() + shiftMs);
      else super(...given);
    }
    static now() {
      return RealDate.now() + shiftMs;
    }
  };
  // Somebody sets the clock while the node runs.
  process.on('SIGUSR2', () => {
    shiftMs = Number(SHIFT_LATER_MS);
    writeSync(1, `{"fault":"clock set"}\n`);
  });
}
