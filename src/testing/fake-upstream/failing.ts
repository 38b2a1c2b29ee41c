import {
  func,
  integer,
  type Random,
  ratio,
  readOptions,
  readSafely,
  rejectOption,
} from '../../kernel/index.ts';
import { seededRandom } from '../seeded-random.ts';
import { checkStep, type UpstreamStep } from './steps.ts';

/** Options of `failing()`. */
export interface FailingOptions {
  /** Share of the requests that fail, 0 to 1. */
  readonly ratio: number;
  /** What those get. @default 503 */
  readonly with?: UpstreamStep | undefined;
  /** What the others get. @default 200 with the JSON `{}` */
  readonly otherwise?: UpstreamStep | undefined;
  /** The same seed lets the same requests fail. @default 1 */
  readonly seed?: number | undefined;
  /** Source of chance, instead of a seed. */
  readonly random?: Random | undefined;
}

const DEFAULTS = Object.freeze({ ratio: 0, with: 503, otherwise: 200, seed: 1, random: undefined });
const step = { expects: 'a step', type: () => true };
const checks = { ratio, with: step, otherwise: step, seed: integer(0), random: func };

/**
 * A share of failures, for `respondWith()` and `on()` of a fake upstream: the same requests fail in every run.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * upstream.respondWith(failing({ ratio: 0.3, seed: 7, with: 'reset', otherwise: { json: { id: 1 } } }));
 */
export const failing = (options: FailingOptions): (() => UpstreamStep) => {
  const plan = readOptions<Required<Omit<FailingOptions, 'random'>> & Pick<FailingOptions, 'random'>>(
    { where: 'failing' },
    options,
    DEFAULTS,
    checks,
  );
  // What no type checker would let pass.
  if (readSafely(options, 'ratio') === undefined)
    rejectOption({ where: 'failing' }, 'ratio', ratio.expects, undefined, TypeError);
  const failure = checkStep(plan.with ?? DEFAULTS.with);
  const success = checkStep(plan.otherwise ?? DEFAULTS.otherwise);
  const random = plan.random ?? seededRandom(plan.seed ?? DEFAULTS.seed);
  return () => (random() < plan.ratio ? failure : success);
};
