/**
 * What is new in a mail: the part above what it quotes, as mail programs mark it in English and Chinese. When in doubt
 * all of it is kept: an answer between the lines of a quotation is an answer. One look at each line, no backtracking.
 */

/** A longer line is prose. Bounds what the patterns below must look at. */
const MARKER_LENGTH_MAX = 300;
/** A name or an address may break the line between "On" and "wrote:". */
const MARKER_LINES_MAX = 3;
/** Within how many lines the second header of a quoted message follows the first one. */
const HEADER_LINES_MAX = 4;

const SEPARATOR =
  /^\s*[-_—]{2,}\s*(original message|original appointment|reply message|原始邮件|原始郵件|原邮件|原郵件|原始信件|回复的原邮件)\s*[-_—]*\s*$/i;
const INTRODUCTION_BEGINS = /^\s*on\s|\d{4}\s*[-年/.]|于|在|於/i;
const INTRODUCTION_ENDS = /\S.*(wrote|写道|寫道)\s*[:：]\s*$/i;
const FROM = /^\s*\*?\s*(from|发件人|寄件者|寄件人)\s*\*?\s*[:：]/i;
const FURTHER =
  /^\s*\*?\s*(sent|date|to|subject|发送时间|发送日期|日期|时间|收件人|主题|寄件日期|傳送時間|時間|收件者|主旨)\s*\*?\s*[:：]/i;
const NO_WORDS = /^[\s_]*$/;
const QUOTED = /^\s*[>＞]/;
const FORWARDED = /^\s*(fwd?|转发|轉寄|轉發)\s*[:：]/i;

/**
 * @param text cleaned, with line feeds alone.
 * @param subject tells a forwarded mail, whose quotation is what it is about.
 * @returns the new part; the whole text when nothing would be left of it.
 */
export function newWords(text: string, subject = ''): string {
  if (FORWARDED.test(subject)) return text;
  const lines = text.split('\n');
  let end = firstQuotedLine(lines);
  // Some programs draw a line above what they quote.
  while (end > 0 && end < lines.length && NO_WORDS.test(lines[end - 1] ?? '')) end -= 1;
  return end === 0 ? text : lines.slice(0, end).join('\n').trim();
}

function firstQuotedLine(lines: readonly string[]): number {
  const tail = quotedTail(lines);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.length > MARKER_LENGTH_MAX) continue;
    if (at >= tail || SEPARATOR.test(line) || isHeaderBlock(lines, at)) return at;
    const introduction = introductionAt(lines, at);
    if (introduction > 0 && isFollowedByQuotation(lines, at + introduction, tail)) return at;
  }
  return lines.length;
}

/** Where the quoted lines begin with which the text ends; nobody writes on below them. */
function quotedTail(lines: readonly string[]): number {
  let tail = lines.length;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    if (QUOTED.test(line)) tail = at;
    else if (line.trim() !== '') break;
  }
  return tail;
}

/** @returns over how many lines "On …, … wrote:" runs; 0 when it is not there. */
function introductionAt(lines: readonly string[], at: number): number {
  if (!INTRODUCTION_BEGINS.test(lines[at] ?? '')) return 0;
  let joined = '';
  for (let n = 1; n <= MARKER_LINES_MAX; n += 1) {
    joined = `${joined} ${lines[at + n - 1] ?? ''}`;
    if (joined.length > MARKER_LENGTH_MAX) return 0;
    if (INTRODUCTION_ENDS.test(joined)) return n;
  }
  return 0;
}

/** One word with a colon may be prose; two of them under each other are the head of a message. */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!FROM.test(lines[at] ?? '')) return false;
  return lines
    .slice(at + 1, at + 1 + HEADER_LINES_MAX)
    .some((line) => line.length <= MARKER_LENGTH_MAX && FURTHER.test(line));
}

/** Some programs quote without a sign; where signs are used, what stands below or between them is new. */
function isFollowedByQuotation(lines: readonly string[], from: number, tail: number): boolean {
  const next = lines.findIndex((line, n) => n >= from && line.trim() !== '');
  return next === -1 || next >= tail || !QUOTED.test(lines[next] ?? '');
}
