/**
 * `npm run verify:contract`: independent tools look at openapi.json and hold it against a live node of the built
 * product. One line per tool; exit code 0 when none found anything. Names as arguments run only
 * those tools; `--all` shows every finding.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInstance } from '../replay/own-instance.js';
import { makeCollection } from './collection.js';
import { redocly, spectral } from './linters.js';
import { portman } from './portman.js';
import { prism } from './prism.js';
import type { Tool } from './tool.js';
import { compileClient, typedClient } from './typed-client.js';

/** The tables of commands reckon from here. */
const CLOCK_START = '2026-03-02T09:00:00Z';
const INBOUND_SECRET = Buffer.from('a secret that the checks share').toString('base64');
/** Enough to see what is wrong; the first mend often mends the rest. */
const FINDINGS_SHOWN = process.argv.includes('--all') ? Infinity : 25;

const workDir = await mkdtemp(join(tmpdir(), 'case-contract-'));
const wanted = process.argv.slice(2).filter((name) => name !== '--all');
let passed = 0;
let failed = 0;
try {
  // Two lanes, for two cores. What goes wrong with what is made ready is told by the tool that waits for it.
  const collection = makeCollection(workDir);
  const client = collection.catch(() => null).then(compileClient);
  const linted = client.catch(() => null).then(() => inTurn([redocly, spectral]));
  await Promise.all([linted, live(collection, client)]);
} finally {
  await rm(workDir, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function live(collection: Promise<string>, client: ReturnType<typeof compileClient>): Promise<void> {
  const instance = await startInstance(CLOCK_START, {
    INBOUND_SECRET: `whsec_${INBOUND_SECRET}`,
    PRIVATE_ENDPOINTS: '1',
  });
  try {
    await inTurn([
      prism(instance, INBOUND_SECRET, workDir),
      portman(instance, collection),
      typedClient(instance, client),
    ]);
  } finally {
    await instance.stop(false);
  }
}

async function inTurn(tools: readonly Tool[]): Promise<void> {
  for (const tool of tools) {
    if (wanted.length === 0 || wanted.includes(tool.name)) await check(tool);
  }
}

async function check(tool: Tool): Promise<void> {
  const startedAt = performance.now();
  const { findings, note } = await tool.run().catch((error: unknown) => ({
    findings: [error instanceof Error ? error.message : String(error)],
    note: 'it could not be run',
  }));
  const tookS = ((performance.now() - startedAt) / 1000).toFixed(1);
  for (const finding of findings.slice(0, FINDINGS_SHOWN)) console.log(`  ${tool.name}: ${finding}`);
  if (findings.length > FINDINGS_SHOWN) console.log(`  … and ${findings.length - FINDINGS_SHOWN} more`);
  if (findings.length === 0) passed += 1;
  else failed += 1;
  const verdict = findings.length === 0 ? 'ok  ' : 'FAIL';
  console.log(`${verdict}  ${tool.name}: ${findings.length} findings (${tookS} s; ${note})`);
}
