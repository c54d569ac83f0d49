// What may stand in a log: fields of the allow-list, one JSON object per line, nothing that a customer wrote.
import { describe, expect, it } from '@jest/globals';
import { createLogger, errorFields } from '../../src/app/logging.js';

/** Lines that the logger writes while `act` runs. */
function logged(act: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  const logger = createLogger('trace', { write: (line: string) => void lines.push(line) });
  act(logger);
  return lines;
}

describe('the log', () => {
  it('writes one JSON object per line, whatever the message holds', () => {
    const lines = logged((logger) => logger.info({ caseId: 'a\nb\u001b[31m' }, 'first\nsecond'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\n\u001b]/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', msg: 'first\nsecond' });
  });

  it('drops every field that is not on the list', () => {
    const secrets = { token: 'canary', body: { text: 'canary' }, email: 'canary@example.com' };
    const [line] = logged((logger) => logger.error({ ...secrets, status: 503 }, 'Failed'));
    expect(line).not.toContain('canary');
    expect(JSON.parse(line ?? '')).toMatchObject({ status: 503 });
  });

  it('drops an object under a name of the list, for it may hold anything', () => {
    const [line] = logged((logger) => logger.info({ context: { text: 'canary' } }, 'Note'));
    expect(line).not.toContain('canary');
  });

  it('tells of an error its kind, code and place, not its words', () => {
    const error = Object.assign(new Error('invalid input: "canary"\ncanary'), { code: '22P02' });
    const [line] = logged((logger) => logger.error(errorFields(error), 'Failed'));
    expect(line).not.toContain('canary');
    expect(JSON.parse(line ?? '')).toMatchObject({ kind: 'Error', code: '22P02' });
    expect(line).toContain('logging.spec');
  });
});
