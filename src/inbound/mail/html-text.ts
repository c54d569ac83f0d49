/**
 * The text of an HTML mail, for mails that have no other. One pass from left to right; nothing of the markup survives,
 * and what is not meant to be read (scripts, styles) is dropped with its contents. Quotations get their `>` back.
 */

/** Beyond this, an HTML mail is decoration; its text comes first. */
const HTML_MAX = 2_000_000;
const DROPPED: ReadonlySet<string> = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'svg',
  'object',
]);
const BLOCKS: ReadonlySet<string> = new Set([
  'address',
  'article',
  'blockquote',
  'div',
  'dl',
  'dt',
  'dd',
  'footer',
  'form',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'header',
  'hr',
  'li',
  'ol',
  'p',
  'pre',
  'section',
  'table',
  'tr',
  'ul',
]);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  sect: '§',
  deg: '°',
  times: '×',
  zwnj: '',
};

/** @returns plain text with line feeds; not yet cleaned. */
export function htmlText(html: string): string {
  const source = html.slice(0, HTML_MAX);
  const text = new TextLines();
  for (let at = 0; at < source.length;) {
    const open = source.indexOf('<', at);
    if (open === -1) {
      text.say(source.slice(at));
      break;
    }
    text.say(source.slice(at, open));
    at = source.startsWith('<!--', open) ? after(source, '-->', open) : afterTag(source, open, text);
  }
  return text.text();
}

/** Reads one tag. @returns where to go on */
function afterTag(source: string, open: number, text: TextLines): number {
  const name = /^<(\/?)([a-z][a-z0-9]{0,20})/i.exec(source.slice(open, open + 24));
  if (!name && /[!?]/.test(source[open + 1] ?? '')) return after(source, '>', open);
  if (!name) {
    // A sign of its own, as in "a < b".
    text.say('<');
    return open + 1;
  }
  const [, slash = '', spelt = ''] = name;
  const tag = spelt.toLowerCase();
  const end = after(source, '>', open);
  if (slash === '' && DROPPED.has(tag)) return after(source, '>', closing(source, tag, end));
  text.tag(tag, slash === '/');
  return end;
}

function closing(source: string, tag: string, from: number): number {
  const found = new RegExp(`</${tag}[\\s>/]`, 'gi');
  found.lastIndex = from;
  return found.exec(source)?.index ?? source.length;
}

function after(source: string, sign: string, from: number): number {
  const found = source.indexOf(sign, from);
  return found === -1 ? source.length : found + sign.length;
}

/** Text as it is read: lines that end where a block does. */
class TextLines {
  private readonly lines: string[] = [];
  private line = '';
  private quotes = 0;

  say(text: string): void {
    this.line += decoded(text).replace(/\s+/g, ' ');
  }

  tag(tag: string, isEnd: boolean): void {
    if (tag === 'td' || tag === 'th') this.line += ' ';
    if (tag === 'br') this.end(true);
    if (BLOCKS.has(tag)) this.end(tag === 'p' && isEnd);
    if (tag === 'blockquote') this.quotes = Math.max(this.quotes + (isEnd ? -1 : 1), 0);
    if (tag === 'li' && !isEnd) this.line = '- ';
  }

  /** @param evenIfEmpty leaves an empty line where nothing was said. */
  end(evenIfEmpty: boolean): void {
    const said = this.line.trim();
    this.line = '';
    if (said !== '' || evenIfEmpty) this.lines.push(`${'> '.repeat(Math.min(this.quotes, 1))}${said}`);
  }

  text(): string {
    this.end(false);
    return this.lines.join('\n');
  }
}

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});?/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return ENTITIES[entity.toLowerCase()] ?? whole;
    const isHex = /^#x/i.test(entity);
    const code = Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  });
}
