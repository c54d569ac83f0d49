/** A client of the API as a test wants it: every answer is a value, none an exception. Knows no product code. */

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text; null when there is none. */
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any -- tests read answers as a client does
}

export type RequestHeaders = Readonly<Record<string, string>>;

/** Paths begin at `/api/v1` unless they name another root (`/health`, `/s`, …). */
export interface Client {
  get(path: string, headers?: RequestHeaders): Promise<Answer>;
  post(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer>;
  put(path: string, body?: unknown, headers?: RequestHeaders): Promise<Answer>;
  delete(path: string, headers?: RequestHeaders): Promise<Answer>;
}

/** @param token a bearer token; null: none */
export function clientOf(url: string, token: string | null): Client {
  const ask = async (
    method: string,
    path: string,
    body: unknown,
    headers: RequestHeaders,
  ): Promise<Answer> => {
    const rooted = /^\/(api|health|metrics|s|docs|openapi\.json|problems)(\/|$|\?)/.test(path);
    const response = await fetch(`${url}${rooted ? '' : '/api/v1'}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /^application\/([\w.]+\+)?json/.test(response.headers.get('content-type') ?? '');
    const parsed: unknown = text === '' ? null : isJson ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body: parsed };
  };
  return {
    get: (path, headers = {}) => ask('GET', path, undefined, headers),
    post: (path, body = {}, headers = {}) => ask('POST', path, body, headers),
    put: (path, body = {}, headers = {}) => ask('PUT', path, body, headers),
    delete: (path, headers = {}) => ask('DELETE', path, undefined, headers),
  };
}
