/**
 * Says one thing in one language: picks the text, fills its placeholders. Values are data and are never read as
 * message syntax, so braces and tags in a customer's words stay braces and tags. Knows no case and no HTML.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import type { Locale } from '../domain/policies.js';
import { en } from './messages/en.js';
import type { MessageArgument, MessageCatalogue, MessageKey } from './messages/message-keys.js';
import { zhCN } from './messages/zh-CN.js';
import { zhTW } from './messages/zh-TW.js';

export const CATALOGUES: Readonly<Record<Locale, MessageCatalogue>> = { en, 'zh-CN': zhCN, 'zh-TW': zhTW };

type Value = string | number;
/** No third argument where the text has no placeholder, exactly its placeholders where it has. */
type ValuesOf<K extends MessageKey> = [MessageArgument<K>] extends [never]
  ? []
  : [values: Readonly<Record<MessageArgument<K>, Value>>];

/** Stands for "no instant is known" in a `select`; a formatted instant never reads like this. */
export const NO_INSTANT = 'none';

/** @returns the text of `key` in `locale`. Which values it needs follows from the key. */
export function say<K extends MessageKey>(locale: Locale, key: K, ...[values]: ValuesOf<K>): string {
  return fill(locale, key, values ?? {});
}

/**
 * As `say`, for a key that is known only at run time.
 * @param values may hold more than the text needs. @throws when it holds less.
 */
export function fill(locale: Locale, key: MessageKey, values: Readonly<Record<string, Value>>): string {
  return String(compiled(locale, key).format({ ...values }));
}

/** Bounded by the number of texts: nothing from outside becomes a key. */
const formats = new Map<string, IntlMessageFormat>();

function compiled(locale: Locale, key: MessageKey): IntlMessageFormat {
  const name = `${locale} ${key}`;
  let format = formats.get(name);
  if (format === undefined) {
    format = new IntlMessageFormat(CATALOGUES[locale][key], locale, undefined, { ignoreTag: true });
    formats.set(name, format);
  }
  return format;
}
