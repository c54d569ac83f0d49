/**
 * Every route of the application with its rule, read off the controllers when the application starts: a route without
 * exactly one rule stops it. The guard, the documentation of rights and the tests read this one table.
 */
import { Injectable, RequestMethod, type OnModuleInit, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { type AccessRule, rulesOf } from './access.decorator.js';

/** An address as Fastify writes it, with `:name` for a parameter. */
export interface RuledRoute {
  readonly method: string;
  readonly url: string;
  readonly rule: AccessRule;
}

@Injectable()
export class AccessTable implements OnModuleInit {
  private ruled: readonly RuledRoute[] = [];
  private readonly byHandler = new Map<object, AccessRule>();

  constructor(private readonly modules: ModulesContainer) {}

  /** @throws Error that names each route which has no rule, or more than one. */
  onModuleInit(): void {
    const faults: string[] = [];
    const ruled: RuledRoute[] = [];
    for (const { controller, handler, method, urls } of this.routes()) {
      const [rule, ...more] = rulesOf(controller, handler);
      if (rule === undefined || more.length > 0) {
        const many = rule === undefined ? 'no rule' : 'more than one rule';
        faults.push(`${method} ${urls.join(', ')} (${controller.name}) has ${many}`);
      } else {
        this.byHandler.set(handler, rule);
        ruled.push(...urls.map((url) => ({ method, url, rule })));
      }
    }
    if (faults.length > 0) {
      throw new Error(
        `Every route needs exactly one of @Needs, @ByLink and @Public. ${faults.sort().join('; ')}.`,
      );
    }
    const order = ({ url, method }: RuledRoute) => `${url} ${method}`;
    this.ruled = ruled.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** By address. */
  all(): readonly RuledRoute[] {
    return this.ruled;
  }

  /** undefined for what is no route: the guard lets nobody pass there. */
  ruleOf(handler: object): AccessRule | undefined {
    return this.byHandler.get(handler);
  }

  private *routes() {
    const scanner = new MetadataScanner();
    const controllers = [...this.modules.values()].flatMap((module) => [...module.controllers.values()]);
    for (const controller of new Set(controllers.map(({ metatype }) => metatype as Type))) {
      const prototype = controller.prototype as Record<string, object>;
      const prefixes = pathsOf(controller);
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name] as object;
        if (!Reflect.hasMetadata(METHOD_METADATA, handler)) continue;
        const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] as string;
        const urls = prefixes.flatMap((prefix) => pathsOf(handler).map((path) => joined(prefix, path)));
        yield { controller, handler, method, urls };
      }
    }
  }
}

function pathsOf(target: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}

function joined(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
}
