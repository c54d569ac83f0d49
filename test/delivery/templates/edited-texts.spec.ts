// Which values a wording may see, and that our own words can be written as one.
import { describe, expect, it } from '@jest/globals';
import type { Outgoing } from '../../../src/delivery/outbound/channel.js';
import { renderUpdate, type Reader } from '../../../src/delivery/render-update.js';
import { builtInWording, exampleMessage } from '../../../src/delivery/templates/built-in-wording.js';
import { templateValues } from '../../../src/delivery/templates/edited-texts.js';
import { exampleValues, TEMPLATE_FIELDS } from '../../../src/directory/template-fields.js';
import { fillTemplate } from '../../../src/directory/template-text.js';
import { LOCALES } from '../../../src/domain/policies.js';
import { UPDATE_KEYS } from '../../../src/domain/progress-update.js';
import { outgoing, PARAMS, update } from '../mail/outgoing.js';

const readerOf = ({ recipient: { locale, timeZone }, names }: Outgoing): Reader => ({
  locale,
  timeZone,
  names,
});
const valuesOf = (message: Outgoing) => {
  const [first] = message.updates;
  if (!first) throw new Error('no update');
  return templateValues(message, first, readerOf(message));
};

describe('the values of a wording', () => {
  it('are those that the directory lists, for every update, and nothing internal', () => {
    for (const key of [...UPDATE_KEYS, 'case.ofTomorrow']) {
      const params = { ...PARAMS, purpose: 'INTERNAL', rootCause: 'INTERNAL', primaryCaseId: 'INTERNAL' };
      const values = valuesOf(outgoing([update(key, params)]));
      expect(Object.keys(values).sort()).toEqual(Object.keys(TEMPLATE_FIELDS).sort());
      expect([key, Object.values(values).filter((value) => typeof value !== 'string')]).toEqual([key, []]);
      expect([key, JSON.stringify(values).includes('INTERNAL')]).toEqual([key, false]);
    }
  });

  it('hold somebody’s words only where the update quotes them', () => {
    const asked = valuesOf(outgoing([update('case.questionAsked')]));
    expect([asked.question, asked.solution, asked.reasons, asked.message]).toEqual([
      PARAMS.question,
      '',
      '',
      '',
    ]);
    const resolved = valuesOf(outgoing([update('case.resolved')]));
    expect([resolved.question, resolved.solution]).toEqual(['', PARAMS.solution]);
  });

  it('are empty where nothing is known, and never "none"', () => {
    const values = valuesOf(outgoing([update('case.held', {})], {}, { hearByAt: null }));
    expect(values).toMatchObject({ department: '', owner: '', at: '', amount: '', hearBy: '', question: '' });
    expect(Object.values(values)).not.toContain('none');
  });

  it('are examples in every language where there is no case yet', () => {
    for (const locale of LOCALES) {
      const message = exampleMessage(
        'case.questionAsked',
        locale,
        exampleValues(locale),
        Date.UTC(2026, 0, 1),
      );
      const { question, at, customerName } = valuesOf(message);
      expect([question, customerName]).toEqual([
        exampleValues(locale).question,
        exampleValues(locale).customerName,
      ]);
      expect(at).toMatch(/2026/);
    }
  });
});

describe('the built-in words, written as a wording', () => {
  it.each(LOCALES)('say the same when they are filled (%s)', (locale) => {
    for (const key of UPDATE_KEYS) {
      const message = outgoing([update(key)], { locale });
      const { happened, next } = renderUpdate(update(key), readerOf(message));
      const filled = fillTemplate(builtInWording(key, locale), valuesOf(message));
      expect([key, filled]).toEqual([key, `${happened}\n\n${next}`]);
    }
  });
});
