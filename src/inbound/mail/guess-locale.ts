/**
 * In which of our languages somebody writes whom we do not know yet, so that the first answer is one they can read.
 * Counts characters that only one way of writing Chinese has; a guess, and a later word of the customer overrides it.
 */
import type { Locale } from '../../domain/policies.js';

const SIMPLIFIED = /[们这个来时对说没还会请问题订单货发给过买卖为电话变让应该进开关见东车长书马门无业与]/g;
const TRADITIONAL = /[們這個來時對說沒還會請問題訂單貨發給過買賣為電話變讓應該進開關見東車長書馬門無業與]/g;
const HAN = /\p{Script=Han}/gu;
/** A name or a quoted product in another script decides nothing. */
const HAN_MIN = 4;
const LOOKED_AT = 2_000;

/** @returns null when the text says nothing about it. */
export function guessLocale(text: string): Locale | null {
  const start = text.slice(0, LOOKED_AT);
  const count = (pattern: RegExp): number => start.match(pattern)?.length ?? 0;
  const han = count(HAN);
  const letters = count(/[A-Za-z]/g);
  // A Chinese character says about as much as four letters.
  if (han < HAN_MIN || han * 4 < letters) return letters >= HAN_MIN ? 'en' : null;
  return count(TRADITIONAL) > count(SIMPLIFIED) ? 'zh-TW' : 'zh-CN';
}
