// Cursors and keyset conditions (reliability.md N17, T20). Pure.
import { describe, expect, it } from '@jest/globals';
import { decodeCursor, encodeCursor, instantOf, InvalidCursor } from '../../src/reports/cursor.js';
import { afterCursor, orderBy, toPage, type Order } from '../../src/reports/keyset.js';

const ID = '01a2011f-9c23-7ebd-b176-93490937ef58';
const ORDER: Order = {
  name: 'cases:updatedAt',
  columns: [
    { expression: 'updated_at', kind: 'instant' },
    { expression: 'id', kind: 'uuid' },
  ],
  descending: false,
};
const due = (descending: boolean): Order => ({
  name: 'tasks:dueAt',
  columns: [
    { expression: 'due_at', kind: 'instant', nullable: true },
    { expression: 'id', kind: 'uuid' },
  ],
  descending,
});
const text = (cursor: unknown[]) => Buffer.from(JSON.stringify(cursor)).toString('base64url');

describe('a cursor', () => {
  it('brings back the key that it was made from', () => {
    const cursor = encodeCursor('cases:updatedAt', ['1778578200123456', ID]);
    expect(decodeCursor(cursor, 'cases:updatedAt', ['instant', 'uuid'])).toEqual(['1778578200123456', ID]);
  });

  it('keeps instants to the microsecond', () => {
    expect(instantOf('1778578200123456')).toBe('2026-05-12T09:30:00.123456Z');
    expect(instantOf('253402300799999999')).toBe('9999-12-31T23:59:59.999999Z');
  });

  it.each([
    ['of another list', encodeCursor('tasks:dueAt', ['1', ID])],
    ['of another order', encodeCursor('cases:-updatedAt', ['1', ID])],
    ['empty', ''],
    ['junk', '????'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['no list', text([{}])],
    ['truncated', encodeCursor('cases:updatedAt', ['1', ID]).slice(0, -5)],
    ['too short', text(['cases:updatedAt', '1'])],
    ['too long', text(['cases:updatedAt', '1', ID, '1'])],
    ['of wrong types', text(['cases:updatedAt', 1, ID])],
    ['with SQL inside', text(['cases:updatedAt', "1'; DROP TABLE cases;--", ID])],
    ['with an impossible instant', text(['cases:updatedAt', '999999999999999999', ID])],
    ['with a foreign id', text(['cases:updatedAt', '1', 'x'])],
    ['ten thousand characters long', 'A'.repeat(10_000)],
  ])('is refused when it is %s', (_what, cursor) => {
    expect(() => decodeCursor(cursor, 'cases:updatedAt', ['instant', 'uuid'])).toThrow(InvalidCursor);
  });
});

describe('the condition after a cursor', () => {
  it('compares whole rows, with every value a parameter', () => {
    const values: unknown[] = ['before'];
    const condition = afterCursor(ORDER, encodeCursor(ORDER.name, ['1', ID]), values);
    expect(condition).toBe('(updated_at, id) > ($2::timestamptz, $3::uuid)');
    expect(values).toEqual(['before', '1970-01-01T00:00:00.000001Z', ID]);
  });

  it.each([
    [false, '5', '((due_at, id) > ($1::timestamptz, $2::uuid) OR due_at IS NULL)'],
    [false, '', '((due_at IS NULL AND $1::timestamptz IS NULL AND (id) > ($2::uuid)))'],
    [true, '5', '(due_at, id) < ($1::timestamptz, $2::uuid)'],
    [true, '', '((due_at IS NULL AND $1::timestamptz IS NULL AND (id) < ($2::uuid)) OR due_at IS NOT NULL)'],
  ])(
    'puts what is missing last in ascending order (descending %s, key "%s")',
    (descending, key, condition) => {
      expect(afterCursor(due(descending), encodeCursor('tasks:dueAt', [key, ID]), [])).toBe(condition);
    },
  );

  it('belongs to the order of the rows', () => {
    expect(orderBy(due(true))).toBe('due_at DESC, id DESC');
  });
});

describe('a page', () => {
  const rows = [1, 2, 3].map((n) => ({ n, sort_key_0: String(n), sort_key_1: ID }));

  it('goes on after its last row when there is one more', () => {
    const page = toPage(rows, 2, ORDER, ({ n }) => n);
    expect(page.items).toEqual([1, 2]);
    expect(decodeCursor(page.nextCursor ?? '', ORDER.name, ['instant', 'uuid'])).toEqual(['2', ID]);
  });

  it('is the last one when there is no further row', () => {
    expect(toPage(rows, 3, ORDER, ({ n }) => n)).toEqual({ items: [1, 2, 3], nextCursor: null });
  });
});
