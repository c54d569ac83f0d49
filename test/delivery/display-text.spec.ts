import { describe, expect, it } from '@jest/globals';
import { displayLine, displayText, isolated } from '../../src/delivery/display-text.js';
import { firstName } from '../../src/delivery/public-names.js';

describe('a text made fit to show', () => {
  it('keeps what people write: accents, emoji families, line breaks, right-to-left letters', () => {
    const text = 'naïve 👩‍👩‍👧‍👦 e\u0301\n第二行\tمرحبا\u200f!';
    expect(displayText(text)).toBe(text);
  });

  it('takes out what turns the text around it: overrides, embeddings, isolates', () => {
    expect(displayText('invoice\u202egpj.exe\u202c \u2067x\u2069')).toBe('invoicegpj.exe x');
  });

  it('shows control characters as pictures, drops C1, and mends broken pairs', () => {
    expect(displayText('a\u0000b\u001bc\u007fd\u0085e\ud800f\r\ng')).toBe('a␀b␛c␡de\ufffdf\ng');
  });

  it('lets at most eight marks stand on one letter', () => {
    expect(displayText(`x${'\u0335'.repeat(10_000)}y`)).toBe(`x${'\u0335'.repeat(8)}y`);
  });

  it('brings a line to one line of at most 200 characters, cutting no character in two', () => {
    expect(displayLine('  a\n\tb\u2028 c ')).toBe('a b c');
    expect([...displayLine('😀'.repeat(300))]).toHaveLength(200);
    expect(displayLine('😀'.repeat(300)).endsWith('😀…')).toBe(true);
    expect(displayLine('😀'.repeat(200))).toBe('😀'.repeat(200));
  });

  it('isolates a right-to-left name inside a sentence and leaves every other name as it is', () => {
    expect(isolated('ليلى')).toBe('\u2068ليلى\u2069');
    expect(isolated('Mei 陈')).toBe('Mei 陈');
  });

  it('calls a person by the first name, and a name without a gap by the whole of it', () => {
    expect(firstName(' Mei  Chen ')).toBe('Mei');
    expect(firstName('王小明')).toBe('王小明');
    expect(firstName('  ')).toBeNull();
    expect(firstName(null)).toBeNull();
  });
});
