/**
 * Which connection has already brought which credential with success: spares those who work at an address from which
 * somebody else guesses. Keeps no credential longer than its connection lives. Judges none.
 */
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

export class ProvenCredentials {
  private readonly bySocket = new WeakMap<Socket, string>();

  add(request: FastifyRequest): void {
    const shown = shownBy(request);
    if (shown !== null) this.bySocket.set(request.raw.socket, shown);
  }

  has(request: FastifyRequest): boolean {
    const shown = shownBy(request);
    return shown !== null && this.bySocket.get(request.raw.socket) === shown;
  }
}

/** Whatever may have proven who asks, as it was sent. */
function shownBy({ headers }: FastifyRequest): string | null {
  const shown = headers.authorization ?? headers['x-api-key'] ?? headers.cookie;
  return typeof shown === 'string' ? shown : null;
}
