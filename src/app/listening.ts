/**
 * The listening end of a node: takes its port, and gives it up so that nobody who was being served notices. Knows no
 * route.
 */
import { createServer, type AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { inTime } from '../store/in-time.js';
import type { Settings } from './settings.js';

/** What is left of the grace when requests do not end: their connections are cut, and this is waited for the rest. */
const AFTER_CUT_MS = 1_000;
/** How soon an answered connection is let go while the node stops. */
const SWEEP_EVERY_MS = 50;

/**
 * Whether the port can be had, asked before anything else is begun: not after the database and all the rest.
 * @throws Error when the address cannot be listened on. Port 0 is always free.
 */
export function claimPort({ host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'something else listens there' : (error.code ?? 'unknown');
      reject(new Error(`Cannot listen on ${host}:${port}: ${reason}. Set PORT or HOST.`, { cause: error }));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/** @returns the port, which matters when any free one was asked for. */
export async function listen(
  app: NestFastifyApplication,
  { host, port, maxConnections }: Settings,
): Promise<number> {
  // Past this a socket is closed before it costs anything: those that are served stay served.
  app.getHttpServer().maxConnections = maxConnections;
  await app.listen(port, host);
  return (app.getHttpServer().address() as AddressInfo).port;
}

/** Lets requests under way finish within the grace, then cuts what is left. */
export async function close(app: NestFastifyApplication, { shutdownGraceMs }: Settings): Promise<void> {
  const server = app.getHttpServer();
  const closed = app.close().then(() => true);
  const late = (): boolean => false;
  // A connection that was busy when the server closed is kept alive after its answer, and would hold up the end.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
  try {
    if (await inTime(closed, shutdownGraceMs, late)) return;
    server.closeAllConnections();
    await inTime(closed, AFTER_CUT_MS, late);
  } finally {
    clearInterval(sweep);
  }
}
