/**
 * Who is on duty: a person's own shifts, or the hours of their department, or those of the house. Reads what lies in
 * memory and asks no clock: the instant comes in, so that a test or a replay may choose it.
 */
import { CalendarExhaustedError } from '../calendar/calendar-errors.js';
import { isOpen, nextOpening } from '../calendar/openings.js';
import type { Instant } from '../domain/actor.js';
import type { PolicyBook } from '../domain/policies.js';
import type { Configuration } from './configuration.js';
import type { StaffMember } from './staff.js';

/** The hours of people without a department and without shifts of their own. */
const HOUSE_HOURS = 'default';

type OnShift = Pick<StaffMember, 'active' | 'department' | 'shiftCalendar'>;

export class DutyRoster {
  constructor(
    private readonly configuration: Pick<Configuration, 'newest'>,
    private readonly book: Pick<PolicyBook, 'calendar'>,
  ) {}

  /** False for whoever has left. @param at epoch ms */
  isOnDuty(person: OnShift, at: Instant): boolean {
    return person.active && isOpen(this.hoursOf(person), at);
  }

  /** `at` itself for somebody on duty; null for whoever has left, or whose calendar opens no more. */
  nextOnDutyAt(person: OnShift, at: Instant): Instant | null {
    if (!person.active) return null;
    try {
      return nextOpening(this.hoursOf(person), at);
    } catch (error) {
      if (error instanceof CalendarExhaustedError) return null;
      throw error;
    }
  }

  private hoursOf({ department, shiftCalendar }: OnShift) {
    const departments = department === null ? null : this.configuration.newest('department', department);
    return this.book.calendar(shiftCalendar ?? departments?.body.calendar ?? HOUSE_HOURS).calendar;
  }
}
