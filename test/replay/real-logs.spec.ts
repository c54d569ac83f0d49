/**
 * The two real logs, read as their mappings say: our reading against their publishers' figures and the oracle, and a
 * sample lived through by the pure domain. The whole logs over HTTP are `npm run replay`'s. The data are not part of
 * this repository; without them these promises are skipped, and say so.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { figuresOf, readExpectations } from '../../scripts/replay/expectations.js';
import { readMapping } from '../../scripts/replay/mapping.js';
import { readLog } from '../../scripts/replay/read-log.js';
import { configure, runReplay } from '../../scripts/replay/replay-run.js';
import { judge } from '../../scripts/replay/verdict.js';
import { PureProduct } from './pure-product.js';

const DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url));
/** Every n-th case: enough to meet every pattern of the logs, in a second or two. */
const SAMPLE_EVERY = 12;

describe.each(['volvo-incidents', 'italian-helpdesk'])('the log %s', (name) => {
  const folder = `${DATA}/${name}`;
  const present = existsSync(folder);
  const promise = present ? it : it.skip;
  const title = (text: string) => (present ? text : `${text} (skipped: ../shared/data/${name} is absent)`);

  async function read() {
    const mapping = await readMapping(new URL(`../../scripts/replay/mappings/${name}.json`, import.meta.url));
    const log = await readLog(folder, mapping);
    return { mapping, log, expectations: await readExpectations(folder, mapping, log) };
  }

  promise(title('reads to the figures of its publisher, without a case set aside'), async () => {
    const { mapping, log, expectations } = await read();
    expect(log.skipped).toEqual([]);
    expect(expectations.disputed).toEqual([]);
    expect(figuresOf(log, expectations)).toMatchObject(mapping.figures ?? {});
  });

  promise(title('is followed by the pure domain in every sampled case'), async () => {
    const { mapping, log, expectations } = await read();
    const cases = log.cases.filter((_case, index) => index % SAMPLE_EVERY === 0);
    const product = new PureProduct();
    await configure(product, mapping);
    const run = await runReplay(product, mapping, cases, {
      concurrency: 8,
      keyPrefix: 'r',
      progress: () => {},
    });
    const ids = cases.map(({ id }) => id);
    const verdict = await judge(product, run, expectations, ids, 8, () => {});
    expect(verdict.mismatches).toEqual([]);
    expect(verdict.equal).toBeGreaterThan(300);
  });
});
