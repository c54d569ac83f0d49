/** What the options of several runs have in common: whole numbers, and a seed. Knows no run. */

const SEED_MAX = 1_000_000;

/** @throws Error that names the option when its text is anything else. */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option} takes a whole number from 1, not "${text}"`);
  return value;
}

/** Chosen when none is given. */
export function seedFrom(text: string | undefined): number {
  return text === undefined ? Math.floor(Math.random() * SEED_MAX) : positive('--seed', text);
}
