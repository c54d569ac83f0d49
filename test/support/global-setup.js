// Runs once per Jest run, before any test: offers the workers one PostgreSQL, started when the first of them asks.
import '../../scripts/typescript.mjs';

export default async function globalSetup() {
  const { offerTestServer } = await import('./test-server.ts');
  const server = await offerTestServer();
  process.env.TEST_SERVER_URL = server.url;
  globalThis.testServer = server;
}
