/**
 * What a clock on the wall shows in one IANA zone: the offset at an instant, and the instant of a local time.
 * Responsible for clock changes (gap, overlap, skipped day) and for asking the zone database as rarely as possible;
 * it knows no calendar.
 */
import { BoundedCache } from './bounded-cache.js';
import { dayMs } from './local-date.js';

/**
 * The offset is sampled once per cell and the change searched only between samples that differ. Two changes that
 * cancel out within one cell would be missed. The closest such pair since 1970 in the zone database (2025c) is 6.96
 * days: America/Boa_Vista 2000-10, and Asia/Gaza around Ramadan from 2040. Six days see every one.
 */
const cellMs = 6 * dayMs;

/** 134 years of cells, about 1 MB: walking to the end of the range cannot grow a calendar beyond that. */
const cellsMax = 8192;

/** Which end of a window a local time is: it decides what a repeated local time means (domain.md §2). */
export type WindowEdge = 'open' | 'close';

/** Offsets of one cell: `beforeMs` up to `changesAtMs` (Infinity when the cell has no change), `afterMs` from there. */
interface OffsetCell {
  readonly beforeMs: number;
  readonly changesAtMs: number;
  readonly afterMs: number;
}

export class ZoneOffsets {
  private readonly wallClock: Intl.DateTimeFormat;
  private readonly cells = new BoundedCache(cellsMax, (index: number) => this.readCell(index));
  private readonly samples = new BoundedCache(cellsMax, (index: number) => this.readOffset(index * cellMs));

  /** Throws RangeError for an unknown zone. Use `zoneOffsetsOf`, which shares what was read. */
  constructor(timeZone: string) {
    this.wallClock = wallClockOf(timeZone);
  }

  /** Local time minus UTC at the instant, in milliseconds. */
  offsetAt(ms: number): number {
    const cell = this.cellOf(ms);
    return ms < cell.changesAtMs ? cell.beforeMs : cell.afterMs;
  }

  /** The one offset that holds throughout `[fromMs, toMs]`, or undefined when the clock changes in or near it. */
  constantOffset(fromMs: number, toMs: number): number | undefined {
    for (let index = Math.floor(fromMs / cellMs); index <= Math.floor(toMs / cellMs); index++) {
      if (this.cells.get(index).changesAtMs !== Infinity) return undefined;
    }
    return this.cellOf(fromMs).beforeMs;
  }

  /** The day number of the local date at the instant. */
  localDayAt(ms: number): number {
    return Math.floor((ms + this.offsetAt(ms)) / dayMs);
  }

  /**
   * The instant of a local time, given as milliseconds since 1970-01-01T00:00 on the wall. In a gap: the first
   * instant after it. In an overlap: an opening takes the earlier instant, a closing the later (domain.md §2).
   */
  instantOf(localMs: number, edge: WindowEdge): number {
    // Two days on either side hold every offset (-12 h … +14 h) and a change of a whole day (Pacific/Apia 2011).
    const near = this.constantOffset(localMs - 2 * dayMs, localMs + 2 * dayMs);
    return near === undefined ? this.instantNearChange(localMs, edge) : localMs - near;
  }

  private instantNearChange(localMs: number, edge: WindowEdge): number {
    const pieces = this.piecesAround(localMs);
    const matches: number[] = [];
    for (const [i, piece] of pieces.entries()) {
      const ms = localMs - piece.offsetMs;
      if (ms >= piece.fromMs && ms < (pieces[i + 1]?.fromMs ?? Infinity)) matches.push(ms);
    }
    if (matches.length > 0) return edge === 'open' ? Math.min(...matches) : Math.max(...matches);
    const afterGap = pieces.find((piece) => piece.fromMs + piece.offsetMs > localMs);
    if (afterGap === undefined) throw new RangeError(`no instant shows local time ${localMs}`);
    return afterGap.fromMs;
  }

  /** The offsets in force around a local time, each with the instant from which it holds. */
  private piecesAround(localMs: number): { fromMs: number; offsetMs: number }[] {
    const first = this.cellOf(localMs - 2 * dayMs);
    const pieces = [{ fromMs: -Infinity, offsetMs: first.beforeMs }];
    for (let at = localMs - 2 * dayMs; at < localMs + 2 * dayMs + cellMs; at += cellMs) {
      const cell = this.cellOf(at);
      if (cell.changesAtMs !== Infinity) pieces.push({ fromMs: cell.changesAtMs, offsetMs: cell.afterMs });
    }
    return pieces;
  }

  private cellOf(ms: number): OffsetCell {
    return this.cells.get(Math.floor(ms / cellMs));
  }

  private readCell(index: number): OffsetCell {
    const beforeMs = this.samples.get(index);
    const afterMs = this.samples.get(index + 1);
    if (beforeMs === afterMs) return { beforeMs, changesAtMs: Infinity, afterMs };
    return { beforeMs, changesAtMs: this.findChange(index * cellMs, (index + 1) * cellMs), afterMs };
  }

  /** First whole second in `(fromMs, toMs]` at which the offset is no longer that of `fromMs`. */
  private findChange(fromMs: number, toMs: number): number {
    const beforeMs = this.readOffset(fromMs);
    let same = fromMs / 1000;
    let changed = toMs / 1000;
    while (changed - same > 1) {
      const middle = Math.floor((same + changed) / 2);
      if (this.readOffset(middle * 1000) === beforeMs) same = middle;
      else changed = middle;
    }
    return changed * 1000;
  }

  /** Reads `MM/DD/YYYY, hh:mm:ss`: 1.2 µs a time; luxon's `IANAZone.offset` took 6 µs for the same answer. */
  private readOffset(ms: number): number {
    const text = this.wallClock.format(ms);
    const year = twoDigits(text, 6) * 100 + twoDigits(text, 8);
    const [month, day] = [twoDigits(text, 0), twoDigits(text, 3)];
    return Date.UTC(year, month - 1, day, twoDigits(text, 12), twoDigits(text, 15), twoDigits(text, 18)) - ms;
  }
}

/**
 * Calendars of one zone share what was read of it, also those compiled for one preview only. 64 zones serve any
 * deployment; more only cost reading again.
 */
const knownZones = new BoundedCache(64, (timeZone: string) => new ZoneOffsets(timeZone));

/** The offsets of an IANA zone, or null when this machine knows no such zone. A bare offset (`+08:00`) is none. */
export function zoneOffsetsOf(timeZone: string): ZoneOffsets | null {
  // Later versions of Node accept bare offsets; such a calendar would silently miss every clock change.
  if (!/^[A-Za-z]/.test(timeZone)) return null;
  try {
    return knownZones.get(timeZone);
  } catch {
    return null;
  }
}

function wallClockOf(timeZone: string): Intl.DateTimeFormat {
  const twoDigit = '2-digit' as const;
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: twoDigit,
    day: twoDigit,
    hour: twoDigit,
    minute: twoDigit,
    second: twoDigit,
  });
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}
