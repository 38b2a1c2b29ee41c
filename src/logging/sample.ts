import {
  anyOf,
  type Check,
  nestedSite,
  type OptionsSite,
  object,
  ratio,
  readOptions,
} from '../kernel/index.ts';

/** How many of the access lines are kept. */
export interface SampleOptions {
  /** Share of the requests that succeeded in time, 0 to 1. @default 1 */
  readonly rate?: number | undefined;
}

/** Defaults of `sample`. */
export const SAMPLE_DEFAULTS: Required<SampleOptions> = Object.freeze({ rate: 1 });

/** A rate, or options of sampling, before they are read. */
export const sampleLike: Check = anyOf(ratio, object);

/** Decides by trace id whether a line is kept. */
export interface Sampler {
  /** Share of the traces whose lines are kept; 1 where nothing is sampled. */
  readonly rate: number;
  /** The same answer for the same trace, in every service that samples at this rate. */
  keeps(traceId: string | undefined): boolean;
}

/** Digits of the 7 bytes of a trace id that are random (W3C Trace Context level 2, §3.2.2.3.1), from the end. */
const RANDOM_DIGITS = -14;
// A number holds 52 of these 56 bits for certain, and no rate is fine enough to miss the others.
const RANDOM_VALUES = 2 ** 52;

/**
 * A sampler by the rightmost 7 bytes of the trace id, as OpenTelemetry's: what a lower rate keeps, a higher one keeps
 * too. The caller's `sampled` flag has no say in it. Lines without a trace id are kept.
 *
 * @throws TypeError or RangeError for a bad option
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export const createSampler = (site: OptionsSite, given: number | SampleOptions): Sampler => {
  const options = typeof given === 'number' ? { rate: given } : given;
  const { rate } = readOptions(nestedSite(site, 'sample'), options, SAMPLE_DEFAULTS, { rate: ratio });
  const threshold = (1 - rate) * RANDOM_VALUES;
  return Object.freeze<Sampler>({
    rate,
    keeps: (traceId) =>
      // Most apps sample nothing.
      rate === 1 ||
      traceId === undefined ||
      Number.parseInt(traceId.slice(RANDOM_DIGITS, -1), 16) >= threshold,
  });
};
