/** How the rooms below HTTP become known to Nest: by their class, made once, of what they need. Knows no room. */
import type { FactoryProvider, Type } from '@nestjs/common';

export type Class<T> = (abstract new (...parts: never[]) => T) & { readonly prototype: T };

/** @param needs classes of the arguments of `make`, in order */
export function made<T, N extends readonly unknown[]>(
  provide: Class<T>,
  needs: { readonly [K in keyof N]: Class<N[K]> },
  make: (...parts: N) => T,
): FactoryProvider {
  return {
    provide,
    inject: needs as readonly unknown[] as Type[],
    useFactory: make as FactoryProvider['useFactory'],
  };
}
