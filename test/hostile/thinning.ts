/**
 * Fewer trials of the same worth: the first place of a kind meets every value, each further place of that kind one value
 * of each row, another one each time. `HOSTILE=all` leaves nothing out.
 */
import type { Field } from './body-fields.js';
import type { Parameter } from './operations-of-document.js';

/** Nothing is left out, and it takes a few minutes. */
export const isWhole = process.env['HOSTILE'] === 'all';

/** @param turn how many places of the same kind came before */
export function thinned<Item>(items: readonly Item[], rowOf: (item: Item) => string, turn: number): Item[] {
  if (turn === 0 || isWhole) return [...items];
  return [...new Set(items.map(rowOf))].flatMap((row) => {
    const ofRow = items.filter((item) => rowOf(item) === row);
    return ofRow.slice(turn % ofRow.length).slice(0, 1);
  });
}

/** Counts the places of each kind: of fields by what they take, of parameters by their name too. */
export class Turns {
  private readonly turns = new Map<string, number>();

  next(place: Pick<Field, 'kind' | 'schema'> | Parameter): number {
    const { type, format, pattern, enum: words, minLength, maxLength, minimum, maximum } = place.schema;
    const kind = 'kind' in place ? place.kind : place.name;
    const key = JSON.stringify([kind, type, format, pattern, words, minLength, maxLength, minimum, maximum]);
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, turn + 1);
    return turn;
  }
}
