/**
 * Which methods each address takes: what a 405 needs to know, and what the test walks that proves that no route is
 * open by accident. Filled by Fastify as routes are registered.
 */

export interface Route {
  /** With `:name` for a parameter. */
  readonly url: string;
  readonly methods: readonly string[];
}

export class RouteTable {
  private readonly methodsByUrl = new Map<string, Set<string>>();
  private readonly patterns = new Map<string, RegExp>();

  add(url: string, methods: string | readonly string[]): void {
    const known = this.methodsByUrl.get(url) ?? new Set<string>();
    for (const method of [methods].flat()) known.add(method);
    this.methodsByUrl.set(url, known);
    this.patterns.set(url, patternOf(url));
  }

  all(): Route[] {
    return [...this.methodsByUrl].map(([url, methods]) => ({ url, methods: [...methods].sort() }));
  }

  /** Methods of every route whose pattern fits; empty when there is no such address. */
  methodsAt(path: string): string[] {
    const fitting = [...this.patterns].filter(([, pattern]) => pattern.test(path));
    return [...new Set(fitting.flatMap(([url]) => [...(this.methodsByUrl.get(url) ?? [])]))].sort();
  }
}

function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+';
    return segment === '*' ? '.*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
