// docs/rights.md as data: what the page says each asker meets at each address.
import { readFileSync } from 'node:fs';

/** `yes`, `401`, `403`, `404`, `page`, or `case`: it depends on the case. */
export type Outcome = string;

/** A line of a table: the address, and the outcome by the head of the column. */
export interface Line {
  readonly method: string;
  /** With `:name` for a parameter. */
  readonly url: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** @param title of the section whose table is wanted. */
export function linesOf(title: string): Line[] {
  const page = readFileSync(new URL('../../docs/rights.md', import.meta.url), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  const [head = [], , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows.map((cells) => {
    const [method = '', url = ''] = (cells[0] ?? '').replaceAll('`', '').split(' ');
    const outcomes = Object.fromEntries(head.map((name, index) => [name, cells[index] ?? '']));
    return { method, url, outcomes };
  });
}
