/**
 * What the answers so far have told of the installation: cases with their states and links, and what lies below every
 * address of the document. Requests pick from it, so that commands land on real things. Knows no rule of a case.
 */
import type { Json, Operation } from './contract.js';
import { OWN_ONLY } from './exceptions.js';
import type { Random } from './random.js';

/** Something that an address can name. */
export interface Place {
  /** Every parameter of the address, the last one too. */
  readonly params: Readonly<Record<string, string>>;
  /** As it was last shown. */
  readonly item: Json;
}

export interface SeenCase {
  readonly id: string;
  readonly resource: Json;
  /** Whose view it is: what is allowed is allowed to them. */
  readonly seenBy: string | null;
  readonly department: string | null;
  readonly token: string | null;
}

/** Enough to choose from; older ones make room, or the fuzzer's memory would be measured, not the product's. */
const PLACES_KEPT = 300;
const CASES_KEPT = 600;

export class KnownWorld {
  /** Present instant of the installation, epoch ms. */
  nowMs = Date.now();
  private readonly places = new Map<string, Place[]>();
  private readonly cases = new Map<string, SeenCase>();
  private caseList: SeenCase[] = [];
  private readonly cursors = new Map<string, string[]>();
  /** Addresses of collections whose things have an address of their own, and the name of the last parameter. */
  private readonly collections: ReadonlyMap<string, string>;

  /** @param receiverUrl where webhooks of this installation may go; null: nowhere is known. */
  constructor(
    operations: readonly Operation[],
    readonly receiverUrl: string | null,
  ) {
    const named = operations.flatMap(({ path }) =>
      [...path.matchAll(/\/\{(\w+)\}/g)].map((hit): [string, string] => [
        path.slice(0, hit.index),
        hit[1] as string,
      ]),
    );
    this.collections = new Map(named);
  }

  get size(): { readonly cases: number } {
    return { cases: this.cases.size };
  }

  /** @param params of the request that was answered with success. */
  learn(
    operation: Operation,
    params: Readonly<Record<string, string>>,
    role: string | null,
    body: unknown,
  ): void {
    if (typeof body !== 'object' || body === null) return;
    const answer = body as Json;
    const items = Array.isArray(answer['data']) ? (answer['data'] as Json[]) : [answer];
    for (const item of items) {
      if (isCase(item)) this.seeCase(item, role);
      else this.seePlace(operation, params, item);
    }
    const cursor = (answer['meta'] as Json | undefined)?.['nextCursor'];
    if (typeof cursor === 'string') this.remember(this.cursors, operation.id, cursor, 20);
    if (typeof answer['now'] === 'string' && operation.path.endsWith('/clock')) {
      this.nowMs = Date.parse(answer['now']);
    }
  }

  /** What was deleted is not asked for again, nor what lay below it. */
  forget({ path }: Operation, params: Readonly<Record<string, string>>): void {
    const collection = path.replace(/\/\{\w+\}$/, '');
    const last = this.collections.get(collection) ?? '';
    for (const [where, places] of this.places) {
      if (where !== collection && !where.startsWith(`${path}/`)) continue;
      this.places.set(
        where,
        places.filter((one) => one.params[last] !== params[last]),
      );
    }
  }

  /** Something below the address of a collection; null when nothing is known there. The newest are likelier. */
  pickPlace(random: Random, collection: string, fits: (place: Place) => boolean = () => true): Place | null {
    return fitting(random, this.places.get(collection) ?? [], fits);
  }

  /** A case that fits, if one does; else any; null while none is known. */
  pickCase(random: Random, fits: (one: SeenCase) => boolean = () => true): SeenCase | null {
    return fitting(random, this.caseList, fits);
  }

  /** What was last seen of a thing. */
  itemOf(collection: string, name: string): Json | null {
    const last = this.collections.get(collection) ?? '';
    return (this.places.get(collection) ?? []).find(({ params }) => params[last] === name)?.item ?? null;
  }

  caseOf(id: string): SeenCase | null {
    return this.cases.get(id) ?? null;
  }

  pickCursor(random: Random, operationId: string): string | null {
    return random.pickOrNull(this.cursors.get(operationId) ?? []);
  }

  /** Values of one field of all that is known below an address: keys of departments, ids of staff. */
  valuesOf(collection: string, field: string, fits: (item: Json) => boolean = () => true): string[] {
    return (this.places.get(collection) ?? [])
      .filter(({ item }) => fits(item))
      .flatMap(({ item }) => (typeof item[field] === 'string' ? [item[field]] : []));
  }

  private seeCase(resource: Json, seenBy: string | null): void {
    const id = String(resource['id']);
    const url = resource['statusUrl'];
    const seen: SeenCase = {
      id,
      resource,
      seenBy,
      department: ((resource['handler'] as Json | null)?.['department'] as string | undefined) ?? null,
      token:
        typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : (this.cases.get(id)?.token ?? null),
    };
    this.cases.delete(id);
    this.cases.set(id, seen);
    if (this.cases.size > CASES_KEPT) this.cases.delete(this.cases.keys().next().value as string);
    this.caseList = this.caseList.filter((one) => one.id !== id && this.cases.has(one.id));
    this.caseList.push(seen);
  }

  private seePlace({ id, path }: Operation, params: Readonly<Record<string, string>>, item: Json): void {
    // What was asked for below `/x/{id}` is a thing of `/x`; what `/x` itself answers with are its things.
    const collection = path.replace(/\/\{\w+\}$/, '');
    const last = this.collections.get(collection);
    if (last === undefined || (OWN_ONLY.has(collection) && id.startsWith('list'))) return;
    const name = item[last] ?? item['id'] ?? item['key'];
    if (typeof name !== 'string') return;
    const place = { params: { ...params, [last]: name }, item };
    const rest = (this.places.get(collection) ?? []).filter((one) => one.params[last] !== name);
    this.places.set(collection, [...rest.slice(-PLACES_KEPT), place]);
  }

  private remember<T>(into: Map<string, T[]>, key: string, value: T, kept: number): void {
    into.set(key, [...(into.get(key) ?? []).slice(1 - kept), value]);
  }
}

/** Whatever has a state and says what may be done with it. */
function isCase(item: Json): boolean {
  return typeof item['id'] === 'string' && Array.isArray(item['allowedActions']) && 'machineVersion' in item;
}

/**
 * The first that fits, from a place that chance names, backwards and round; that place itself where none does. Half of the
 * time it is among the last twenty: what was done lately has not yet been undone.
 */
function fitting<T>(random: Random, from: readonly T[], fits: (one: T) => boolean): T | null {
  const lately = random.chance(0.5);
  const place = random.fraction();
  const span = lately ? Math.min(20, from.length) : from.length;
  const start = from.length - 1 - Math.floor(place * span);
  const ring = [...from.slice(0, start + 1).reverse(), ...from.slice(start + 1).reverse()];
  return ring.find(fits) ?? ring[0] ?? null;
}
