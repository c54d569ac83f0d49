/** Pipes of reading routes: a query of a class, and the id of a case. */
import { Injectable, type PipeTransform } from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import { isUuid } from './uuid.js';
import { validateQuery } from './validate-input.js';

/** The query as this class, or 400. */
export function Checked<T extends object>(type: new () => T): PipeTransform<unknown, T> {
  return { transform: (query) => validateQuery(type, query) };
}

/** What cannot be an id is the id of nothing: 404, as for one that does not exist. */
@Injectable()
export class CaseId implements PipeTransform<unknown, string> {
  transform(id: unknown): string {
    if (!isUuid(id)) throw new Problem('not-found');
    return id;
  }
}
