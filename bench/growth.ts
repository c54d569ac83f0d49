/** How fast a sampled quantity grows: least squares through samples over time. Pure. */

export interface Sample {
  /** Seconds since any fixed instant. */
  readonly atSeconds: number;
  readonly value: number;
}

export interface Growth {
  /** Of the value, an hour. */
  readonly perHour: number;
  /** One standard error of it; the truth lies within two of them, if the samples are independent. */
  readonly error: number;
}

const SECONDS_PER_HOUR = 3_600;

/** Fewer than three samples say nothing: NaN. */
export function growthOf(samples: readonly Sample[]): Growth {
  if (samples.length < 3) return { perHour: Number.NaN, error: Number.NaN };
  const meanAt = mean(samples.map(({ atSeconds }) => atSeconds));
  const meanValue = mean(samples.map(({ value }) => value));
  const spread = sum(samples.map(({ atSeconds }) => (atSeconds - meanAt) ** 2));
  const slope =
    sum(samples.map(({ atSeconds, value }) => (atSeconds - meanAt) * (value - meanValue))) / spread;
  const residual = sum(
    samples.map(({ atSeconds, value }) => (value - meanValue - slope * (atSeconds - meanAt)) ** 2),
  );
  const error = Math.sqrt(residual / (samples.length - 2) / spread);
  return { perHour: slope * SECONDS_PER_HOUR, error: error * SECONDS_PER_HOUR };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
