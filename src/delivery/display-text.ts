/**
 * Makes a text that somebody typed safe to show anywhere: in a page, a mail, a chat. What was typed stays stored as
 * it is; only what would disturb its surroundings is taken out here. Escaping for a medium is the medium's affair.
 */

/** Overrides and embeddings turn what stands around them ("invoice‮gpj.exe"); plain direction marks harm nobody. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
/** All C0 and C1 controls except tab and line feed. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** More than eight marks on one letter are no language but a stain over the lines above (reliability.md §4, Output). */
const STACKED_MARKS = /(\p{M}{8})\p{M}+/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';
/** A name or subject is never longer where it is shown inside a line. */
const LINE_MAX = 200;

/** A text of several lines. Lone surrogates become U+FFFD, controls their visible pictures. */
export function displayText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(BIDI_CONTROLS, '')
    .replace(CONTROLS, pictureOf)
    .replace(STACKED_MARKS, '$1');
}

/** A text of one line: breaks and runs of space become one space, and what is too long ends in an ellipsis. */
export function displayLine(text: string): string {
  const line = displayText(text)
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .trim();
  if (line.length <= LINE_MAX) return line;
  const points = [...line];
  return points.length <= LINE_MAX ? line : `${points.slice(0, LINE_MAX - 1).join('')}…`;
}

/**
 * A name on its way into one of our sentences: an Arabic name would otherwise draw the punctuation around it to its
 * side. Texts without right-to-left letters stay as they are, so that comparing and searching them stays simple.
 */
export function isolated(line: string): string {
  return RIGHT_TO_LEFT.test(line) ? `${FIRST_STRONG_ISOLATE}${line}${POP_ISOLATE}` : line;
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '';
}
