/**
 * Markup that escapes by default: whatever is put into `html` is text unless it is itself the result of `html`.
 * There is no way to pass raw markup from outside, so nothing a person typed can become an element.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that `html` has made. Only this file constructs one. */
export class Markup {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** @internal the tag below is the only caller. */
  static made(text: string): Markup {
    return new Markup(text);
  }

  toString(): string {
    return this.#text;
  }
}

/** `null` and `false` leave nothing, so that `condition && html…` reads well. */
export type Child = string | number | Markup | null | false | readonly Child[];

/** Values may stand between elements or inside a double-quoted attribute; nowhere else. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return Markup.made(
    strings.reduce((text, string, index) => `${text}${asText(children[index - 1] ?? null)}${string}`),
  );
}

function asText(child: Child): string {
  if (child === null || child === false) return '';
  if (child instanceof Markup) return child.toString();
  if (typeof child === 'object') return child.map(asText).join('');
  return String(child).replace(/[&<>"']/g, (sign) => ESCAPES[sign] as string);
}
