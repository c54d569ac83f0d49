/** Newman sends Portman's collection to the live node; every assertion that fails is a finding. */
import { createRequire } from 'node:module';
import { caseIn } from '../../test/http/case-client.js';
import { clientOf } from '../../test/support/client.js';
import type { Instance } from '../replay/own-instance.js';
import { startProgress } from '../replay/progress.js';
import type { Tool } from './tool.js';

/** As much of Newman, which has no types of its own, as is used here. */
interface Newman {
  run(options: object): NodeJS.EventEmitter;
}
interface Summary {
  readonly run: {
    readonly stats: Readonly<
      Record<'requests' | 'assertions', { readonly total: number; readonly failed: number }>
    >;
    readonly failures: readonly {
      readonly source?: { readonly name?: string };
      readonly error: { readonly test?: string; readonly message: string };
    }[];
  };
}

/** @param collection its file, once Portman has made it. */
export const portman = (instance: Instance, collection: Promise<string>): Tool => ({
  name: 'portman and newman',
  async run() {
    const known = await prepare(instance);
    const { stats, failures } = (await send(await collection, known)).run;
    return {
      findings: failures.map(
        ({ source, error }) => `${source?.name ?? ''}: ${error.test ?? ''}: ${error.message}`,
      ),
      note: `${stats.requests.total} requests, ${stats.assertions.total} assertions`,
    };
  },
});

function send(collection: string, known: Readonly<Record<string, string>>): Promise<Summary> {
  const newman = createRequire(import.meta.url)('newman') as Newman;
  const progress = startProgress('newman', 'requests');
  const envVar = Object.entries(known).map(([key, value]) => ({ key, value }));
  return new Promise<Summary>((resolve, reject) => {
    let done = 0;
    let all = 0;
    newman
      .run({ collection, envVar, reporters: [] })
      .on('start', (_error: unknown, { cursor }: { cursor: { length: number } }) => (all = cursor.length))
      .on('request', () => progress.update((done += 1), all))
      .on('done', (error: Error | null, summary: Summary) => (error ? reject(error) : resolve(summary)));
  }).finally(progress.end);
}

const COMPENSATION_POLICY = { currency: 'EUR', limitsMinor: { agent: 5000 }, customerCapMinor: 500_000 };

/** What the requests are about: one case with a file, its customer, an endpoint. */
async function prepare({ base, tokens }: Instance): Promise<Record<string, string>> {
  const api = (who: string | null) => clientOf(base.origin, who === null ? null : (tokens[who] ?? null));
  const id = await caseIn({ api }, 'working');
  const { body: found } = await api('agent').get(`/cases/${id}`);
  const file = await api('agent').post(`/cases/${id}/attachments?name=note.pdf`, '%PDF-1.4 nothing', {
    'content-type': 'application/pdf',
  });
  const url = 'http://127.0.0.1:9/nobody-listens';
  await api('admin').put('/playbooks/late-delivery', {});
  await api('admin').put('/compensation-policies/default', COMPENSATION_POLICY);
  await api('admin').put('/templates/case.escalated', {});
  const endpoint = await api('admin').post('/webhook-endpoints', { name: 'Fuzzed', kind: 'webhook', url });
  return {
    baseUrl: base.origin,
    token: tokens['admin'] ?? '',
    member: tokens['member:logistics'] ?? '',
    dispatched: await caseIn({ api }, 'dispatched1'),
    consulted: await caseIn({ api }, 'consulted'),
    proposed: await caseIn({ api }, 'compensationProposed'),
    case: id,
    file: String(file.body.id),
    customer: String(found.customer.id),
    link: String(found.statusUrl).split('/').at(-1) ?? '',
    endpoint: String(endpoint.body.id),
  };
}
