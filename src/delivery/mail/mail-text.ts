/** A mail's content as plain text, complete by itself: whoever reads no HTML misses nothing. Knows no case. */
import type { MailContent, MailUpdate } from './mail-content.js';

/** The usual sign for "a signature follows" (RFC 3676 §4.3), so that answers leave the footer out. */
const FOOTER_SIGN = '-- ';

export function mailText(content: MailContent): string {
  const { locale, needed, rating } = content;
  const colon = locale === 'en' ? ': ' : '：';
  const blocks = [
    content.greeting,
    content.introduction,
    content.earlier,
    ...content.updates.map((update) => updateBlock(update, colon)),
    needed === null ? null : `${content.needLabel}${colon}${needed}`,
    content.facts.map(({ term, text }) => `${term}${colon}${text}`).join('\n'),
    `${content.openLabel}${colon.trimEnd()}\n${content.statusUrl}`,
    rating === null
      ? null
      : [
          rating.question,
          ...rating.scores.map(({ score, url }) => `${score}${colon}${url}`),
          rating.legend,
        ].join('\n'),
    [FOOTER_SIGN, `${content.caseLabel} · ${content.about}`, ...content.footer].join('\n'),
  ];
  return `${blocks.filter((block) => block !== null).join('\n\n')}\n`;
}

function updateBlock({ time, paragraphs, quotes }: MailUpdate, colon: string): string {
  const told = paragraphs.join('\n\n');
  const quoted = quotes.map(({ label, text }) => `${label}${colon.trimEnd()}\n${marked(text)}`);
  return [time === null ? told : `${time}\n${told}`, ...quoted].join('\n\n');
}

/** Each line of somebody's own words bears a mark, so that none of them can pass for one of ours. */
function marked(text: string): string {
  return text
    .split(/[\n\u2028\u2029]/)
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
