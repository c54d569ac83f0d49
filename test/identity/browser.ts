// A browser as far as signing in needs one: keeps cookies, follows redirects one at a time, says where it comes from.

export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it is sent on to, as a whole address; null: nowhere. */
  readonly location: string | null;
}

export class Browser {
  readonly cookies = new Map<string, string>();
  /** Every `Set-Cookie` that came, in order. */
  readonly setCookies: string[] = [];

  constructor(private readonly url: string) {}

  /** @param address a path, or a whole address, whose host is taken for the node's. */
  async visit(address: string, init: RequestInit = {}): Promise<Visit> {
    const target = new URL(address, this.url);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.url}${target.pathname}${target.search}`, {
      ...init,
      redirect: 'manual',
      headers: { ...(cookie === '' ? {} : { cookie }), ...(init.headers as Record<string, string>) },
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    const location = response.headers.get('location');
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: location === null ? null : new URL(location, target).href,
    };
  }

  private keep(line: string): void {
    this.setCookies.push(line);
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no cookie: ${line}`);
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
