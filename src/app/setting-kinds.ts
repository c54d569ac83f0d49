/**
 * The kinds of value that a setting may have: how one is read from text, and how its bounds are worded for the
 * README and for an error. Knows no setting by name.
 */
import { isIP } from 'node:net';
import { IssuerSettingFault, parseIssuers, type IssuerSetting } from '../identity/issuer-settings.js';

/** `parse` gives undefined for a text that is not such a value; it never throws. */
export interface Kind<T> {
  readonly parse: (written: string) => T | undefined;
  /** Reads well after "must be" and in a table cell. */
  readonly bounds: string;
  readonly unit: string | null;
  /** What exactly is wrong with a text that is not such a value, where the bounds alone would leave one guessing. */
  readonly fault?: (written: string) => string;
}

export function integer(min: number, max: number, unit: string | null = null): Kind<number> {
  return {
    parse: (written) => {
      const value = /^-?\d{1,15}$/.test(written) ? Number(written) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
    bounds: `a whole number from ${min} to ${max}`,
    unit,
  };
}

export function oneOf<const T extends string>(values: readonly T[]): Kind<T> {
  return {
    parse: (written) => values.find((value) => value === written),
    bounds: `one of ${values.map((value) => `\`${value}\``).join(', ')}`,
    unit: null,
  };
}

/** @param min and max are lengths in UTF-16 units. */
export function text(min: number, max: number): Kind<string> {
  return {
    parse: (written) =>
      written.length >= min && written.length <= max && !written.includes('\0') ? written : undefined,
    bounds: min <= 1 ? 'a text' : `a text of at least ${min} characters`,
    unit: null,
  };
}

export function matching(pattern: RegExp, bounds: string): Kind<string> {
  return { parse: (written) => (pattern.test(written) ? written : undefined), bounds, unit: null };
}

/** An absolute URL; a trailing slash is dropped so that paths can be appended. */
export function url(protocols: readonly string[]): Kind<string> {
  return {
    parse: (written) => {
      if (!URL.canParse(written)) return undefined;
      return protocols.includes(new URL(written).protocol) ? written.replace(/\/+$/, '') : undefined;
    },
    bounds: `a URL that begins with ${protocols.map((protocol) => `\`${protocol}//\``).join(' or ')}`,
    unit: null,
  };
}

/** Issuers of tokens, as JSON. */
export function issuers(): Kind<IssuerSetting[]> {
  const read = (written: string): IssuerSetting[] | IssuerSettingFault => {
    try {
      return parseIssuers(written);
    } catch (error) {
      if (error instanceof IssuerSettingFault) return error;
      throw error;
    }
  };
  return {
    parse: (written) => {
      const found = read(written);
      return found instanceof IssuerSettingFault ? undefined : found;
    },
    fault: (written) => {
      const found = read(written);
      return found instanceof IssuerSettingFault ? found.message : '';
    },
    bounds: `a JSON array of \`{issuer, audience, algorithm, typ?, jwksUri?, clientId?, clientSecret?, label?}\``,
    unit: null,
  };
}

/** IP addresses and networks (CIDR), separated by commas. */
export function networks(): Kind<string[]> {
  return {
    parse: (written) => {
      const each = written.split(',').map((part) => part.trim());
      return each.every(isNetwork) ? each : undefined;
    },
    bounds: 'IP addresses or networks such as `10.0.0.0/8`, separated by commas',
    unit: null,
  };
}

function isNetwork(written: string): boolean {
  const [, address = '', bits = null] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written) ?? [];
  const version = isIP(address);
  return version !== 0 && (bits === null || Number(bits) <= (version === 4 ? 32 : 128));
}

/** RFC 3339 with an offset, as epoch milliseconds. */
export function instant(): Kind<number> {
  return {
    parse: (written) => {
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(written)) return undefined;
      const at = Date.parse(written);
      // Date.parse moves 30 February into March; the calendar day must come back as it was written.
      const day = Number(written.slice(8, 10));
      const daysInMonth = new Date(
        Date.UTC(Number(written.slice(0, 4)), Number(written.slice(5, 7)), 0),
      ).getUTCDate();
      return Number.isNaN(at) || day > daysInMonth ? undefined : at;
    },
    bounds: 'an RFC 3339 instant such as `2000-01-01T00:00:00Z`',
    unit: null,
  };
}
