// The picture of a case: its own way through the chart, for those who may see the case.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STATE_PATHS } from '../../src/domain/case.js';
import { caseStatechart } from '../../src/http/cases/case-statechart.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { caseIn } from './case-client.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

describe('GET /cases/{id}/statechart.svg', () => {
  it('fills the present state and tints those that the case passed', async () => {
    const id = await caseIn(app, 'dispatched1');
    const answer = await fetch(`${app.url}/api/v1/cases/${id}/statechart.svg`, {
      headers: { authorization: `Bearer ${app.tokens.agent}` },
    });
    expect(answer.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    const svg = await answer.text();
    expect(svg).toContain('[data-id="level1_dispatched"] > rect{fill:#1d4ed8');
    expect(svg).toContain('[data-id="received"] > rect{fill:#dbeafe');
    expect(svg).not.toContain('[data-id="level2_working"] > rect');
  });

  it('is hidden from a department that never had the case', async () => {
    const id = await caseIn(app, 'dispatched1');
    expect((await app.api('member:finance').get(`/cases/${id}/statechart.svg`)).status).toBe(404);
  });

  it('has a node for every state of the machine', () => {
    const svg = caseStatechart('received', new Set());
    for (const state of STATE_PATHS) expect(svg).toContain(`data-id="${state.replace('.', '_')}"`);
  });
});
