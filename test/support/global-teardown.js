// Runs once per Jest run, after the last test.
export default async function globalTeardown() {
  await globalThis.testServer?.close();
}
