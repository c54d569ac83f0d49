/**
 * How the demo's house is organised: who leads and stands in, where cases go and to whom, what playbooks prescribe and
 * have ready. Published once; what an administrator has changed since is left alone.
 */
import type { Configuration } from '../../directory/configuration.js';
import type { KindName } from '../../directory/configuration-kinds.js';
import { ROUTING_KEY } from '../../directory/routing-rules.js';

const LEADS = {
  sales: { lead: 'sales-lead', deputies: ['sales-2'] },
  product: { lead: 'product-lead', deputies: ['product-1'] },
  logistics: { lead: 'logistics-lead', deputies: ['logistics-2'] },
  finance: { lead: 'finance-lead', deputies: ['finance-2'] },
} as const;

const ROUTING = {
  assignOwner: false,
  rules: [
    {
      name: 'batteries',
      when: { keywords: ['battery', 'power bank', '充电宝', '行動電源', '鼓包'] },
      department: 'product',
      skills: ['batteries'],
      person: 'leastLoaded',
      ownerSkills: [],
      why: 'Batteries may burn: those who know them look first.',
    },
    {
      name: 'very important customers',
      when: { grade: 'vip', category: ['pricing', 'contract'] },
      department: 'sales',
      person: 'sales-lead',
      why: 'Contracts of very important customers are led by hand.',
    },
    {
      name: 'deliveries',
      when: { category: ['damaged-delivery', 'late-delivery', 'returns', 'wrong-product'] },
      department: 'logistics',
      skills: ['carriers'],
      person: 'leastLoaded',
      why: 'Parcels and carriers are theirs.',
    },
    {
      name: 'money',
      when: { category: ['invoice', 'refund'] },
      department: 'finance',
      person: 'leastLoaded',
      why: 'They can see what was booked.',
    },
    {
      name: 'product',
      when: { category: ['quality', 'repair', 'safety'] },
      department: 'product',
      person: 'leastLoaded',
      why: 'They know what it should do.',
    },
    {
      name: 'promises before the purchase',
      when: { category: 'pricing' },
      department: 'sales',
      why: 'They made them.',
    },
  ],
};

/** Items that must be ticked before logistics is asked. */
export const CHECKED_TRACKING = 'Tracking page read today';
export const CHECKED_ADDRESS = 'Address confirmed with the customer';

const PLAYBOOKS = {
  'late-delivery': {
    route: { level1: 'logistics', level2: 'finance' },
    checklist: { logistics: [CHECKED_TRACKING, CHECKED_ADDRESS] },
    texts: {
      'still looking': {
        en: 'I am sorry that your parcel is not there yet. The carrier is looking for it, and I will write to you again today.',
        'zh-CN': '很抱歉您的包裹还没有送到。承运商正在查找，我今天会再给您答复。',
        'zh-TW': '很抱歉您的包裹還沒有送到。貨運公司正在查找，我今天會再回覆您。',
      },
      'found again': {
        en: 'Good news: your parcel has been found and is on its way to you.',
        'zh-CN': '好消息：您的包裹已经找到，正在送往您处。',
        'zh-TW': '好消息：您的包裹已經找到，正在送往您處。',
      },
    },
  },
  safety: {
    directLevel2: true,
    route: { level1: 'logistics', level2: 'product' },
    texts: {
      'stop using it': {
        en: 'Please stop using the product and keep it away from anything that burns. We will collect it.',
        'zh-CN': '请立即停止使用，并将产品放置在远离易燃物的地方。我们会上门回收。',
        'zh-TW': '請立即停止使用，並將產品放置在遠離易燃物的地方。我們會到府回收。',
      },
    },
  },
} as const;

/** @throws Error naming what the directory refused. */
export async function seedOrganisation(configuration: Configuration): Promise<void> {
  for (const [key, people] of Object.entries(LEADS)) {
    const entry = configuration.newest('department', key);
    if (entry?.version === 1) await publish(configuration, 'department', key, { ...entry.body, ...people });
  }
  if (configuration.newest('routingRules', ROUTING_KEY)?.version === 1) {
    await publish(configuration, 'routingRules', ROUTING_KEY, ROUTING);
  }
  for (const [category, body] of Object.entries(PLAYBOOKS)) {
    if (configuration.newest('playbook', category) === null) {
      await publish(configuration, 'playbook', category, body);
    }
  }
}

async function publish(
  configuration: Configuration,
  kind: KindName,
  key: string,
  body: object,
): Promise<void> {
  const outcome = await configuration.put(kind, key, body, 'system');
  if (outcome.kind === 'stored' || outcome.kind === 'unchanged') return;
  const problems = outcome.kind === 'invalid' ? outcome.problems : [];
  const told = problems.map(({ pointer, message }) => `${pointer}: ${message}`).join(' ');
  throw new Error(`demo ${kind} "${key}" was not accepted. ${told}`);
}
