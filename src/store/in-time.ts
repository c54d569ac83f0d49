/** Waits for work that may well go on without being waited for. Knows no work, and stops none. */

/**
 * Settles as the work does; when that takes longer, as `late` does, which answers or throws. What becomes of the work
 * after that, nobody hears from here.
 */
export async function inTime<T, L>(work: Promise<T>, withinMs: number, late: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
  try {
    return await Promise.race([work, over.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
