// What the supervisor of chaos' nodes knows of them: whether one ran all the time while it was asked.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SupervisedNode } from '../../scripts/chaos/supervised-node.js';

const PROGRAM = `require('node:http').createServer((_, answer) => answer.end()).listen(process.env.PORT, process.env.HOST)`;

let folder: string;
let node: SupervisedNode;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'case-supervised-'));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist', 'main.js'), PROGRAM);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  node = new SupervisedNode({ name: 'n', product: folder, port, env: {}, logFile: join(folder, 'log') });
});
afterEach(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a supervised node', () => {
  it('is up once it has answered, and since the same instant until something happens to it', async () => {
    expect(node.upSince).toBeNull();
    await node.untilReady();
    const since = node.upSince;
    expect(since).not.toBeNull();
    await node.answers('/');
    expect(node.upSince).toBe(since);
  });

  it('that was stopped and went on has not been up all the time', async () => {
    await node.untilReady();
    const before = node.upSince;
    node.kill('SIGSTOP');
    expect(node.upSince).toBeNull();
    node.kill('SIGCONT');
    expect(node.upSince).toBeGreaterThan(before ?? Infinity);
  });

  it('that was killed is up again only when the next one has answered', async () => {
    await node.untilReady();
    const before = node.upSince;
    node.kill('SIGKILL');
    while (await node.answers('/')) expect(node.upSince).toBe(before);
    await node.untilReady();
    expect(node.upSince).toBeGreaterThan(before ?? Infinity);
  });
});
