/**
 * Shows how far a long job is: a bar on a terminal, a plain line every few seconds elsewhere, so that a log file of
 * it stays readable. Writes to stderr; the report on stdout stays clean.
 */
import cliProgress from 'cli-progress';

export interface Progress {
  readonly update: (done: number, all: number) => void;
  readonly end: () => void;
}

/** Often enough to see that it lives, rarely enough to read. */
const LINE_EVERY_MS = 5000;

export function startProgress(title: string, unit: string): Progress {
  return process.stderr.isTTY ? bar(title, unit) : lines(title, unit);
}

function bar(title: string, unit: string): Progress {
  const format = `${title} {bar} {percentage}% {value}/{total} ${unit}, {eta_formatted} left`;
  const shown = new cliProgress.SingleBar({ format, hideCursor: true, etaBuffer: 500 });
  let started = false;
  return {
    update: (done, all) => {
      if (!started) shown.start(all, done);
      started = true;
      shown.update(done);
    },
    end: () => shown.stop(),
  };
}

function lines(title: string, unit: string): Progress {
  let lastAt = performance.now();
  let latest: string | null = null;
  const print = (): void => {
    if (latest !== null) process.stderr.write(`${title}: ${latest} ${unit}\n`);
    latest = null;
  };
  return {
    update: (done, all) => {
      latest = `${done}/${all}`;
      if (performance.now() - lastAt < LINE_EVERY_MS) return;
      lastAt = performance.now();
      print();
    },
    end: print,
  };
}
