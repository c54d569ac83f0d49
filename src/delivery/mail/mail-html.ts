/** A mail's content as HTML in the layout of `mail-frame.ts`: no script, no picture, nothing that is fetched. */
import type { Locale } from '../../domain/policies.js';
import { type Child, html } from '../html.js';
import type { MailContent, MailUpdate } from './mail-content.js';
import { MAIL_FRAME as frame } from './mail-frame.js';

/** Unquoted, since they stand inside an attribute; the glyphs of the reader's own script first. */
const FONTS: Readonly<Record<Locale, string>> = {
  en: 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Noto Sans, Arial, sans-serif',
  'zh-CN':
    'system-ui, -apple-system, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, Helvetica Neue, Arial, sans-serif',
  'zh-TW':
    'system-ui, -apple-system, PingFang TC, Microsoft JhengHei, Noto Sans CJK TC, Noto Sans TC, Helvetica Neue, Arial, sans-serif',
};

/** A first sentence stands out; a paragraph in bold would only shout. */
const LEAD_MAX = 160;
const LEAD = { weight: 600, size: '18px' };
const BODY = { weight: 400, size: '16px' };

/** A whole document. */
export function mailHtml(content: MailContent): string {
  const { locale, introduction, earlier, needed, facts, rating } = content;
  const font = FONTS[locale];
  return frame
    .page({
      lang: locale,
      font,
      title: content.title,
      preview: needed ?? facts.at(-1)?.text ?? '',
      caseLabel: content.caseLabel,
      about: content.about,
      greeting: content.greeting,
      introduction: [introduction, earlier].map((text) => text && frame.introduction({ font, text })),
      update: content.updates.map((update) => updateMarkup(update, font)),
      need: needed && frame.need({ font, label: content.needLabel, text: needed }),
      fact: facts.map((fact) => frame.fact({ font, ...fact })),
      url: content.statusUrl,
      openLabel: content.openLabel,
      linkLabel: content.linkLabel,
      rating:
        rating &&
        frame.rating({ font, ...rating, score: rating.scores.map((score) => frame.score({ ...score })) }),
      footnote: content.footer.map((text) => frame.footnote({ text })),
    })
    .toString();
}

function updateMarkup({ time, paragraphs, quotes }: MailUpdate, font: string): Child {
  return frame.update({
    font,
    time: time && frame.time({ text: time }),
    paragraph: paragraphs.map((text, index) =>
      frame.paragraph({ ...(index === 0 && text.length <= LEAD_MAX ? LEAD : BODY), text: lines(text) }),
    ),
    quote: quotes.map(({ label, text }) => frame.quote({ font, label, text: lines(text) })),
  });
}

/** Line breaks as elements: not every mail program knows `white-space`. */
function lines(text: string): Child {
  return text.split('\n').map((line, index) => (index === 0 ? line : html`<br />${line}`));
}
