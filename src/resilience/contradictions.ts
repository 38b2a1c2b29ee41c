import type { OptionsSite } from '../kernel/index.ts';
import { BUDGET_DEFAULTS } from './budget/index.ts';
import { numberAt, writtenAt } from './written.ts';

/** Says how written options contradict each other, completing "option …"; `undefined` if they do not. */
type Rule = (written: unknown) => string | undefined;

const named = (path: string, value: unknown): string => `"${path}" (${String(value)})`;

interface Bound {
  readonly must: string;
  readonly holds: (value: number, limit: number) => boolean;
}
const notAbove: Bound = { must: 'must not exceed', holds: (value, limit) => value <= limit };
const below: Bound = { must: 'must be less than', holds: (value, limit) => value < limit };
const atLeastTwice: Bound = { must: 'must be at least twice', holds: (value, limit) => value >= 2 * limit };

/** One option against another; with `times`, as often as that option says, if it is written. */
const bound =
  (option: string, { must, holds }: Bound, limitOption: string, times?: string): Rule =>
  (written) => {
    const value = numberAt(written, option);
    const limit = numberAt(written, limitOption);
    const factor = times === undefined ? undefined : numberAt(written, times);
    if (value === undefined || limit === undefined || holds(value * (factor ?? 1), limit)) return undefined;
    const product = times === undefined || factor === undefined ? '' : ` times ${named(times, factor)}`;
    return `${named(option, value)}${product} ${must} ${named(limitOption, limit)}`;
  };

const when =
  (applies: (written: unknown) => boolean, rule: Rule): Rule =>
  (written) =>
    applies(written) ? rule(written) : undefined;

/** An option that says nothing beside a certain value of another one. */
const idle =
  (option: string, other: string, value: unknown): Rule =>
  (written) => {
    const own = numberAt(written, option);
    if (own === undefined || own === 0 || writtenAt(written, other) !== value) return undefined;
    return `${named(option, own)} says nothing with ${named(other, value)}`;
  };

const BUDGET = 'retry.budget';

/** A budget that never holds one whole attempt, beside something that needs one. */
const unpaid =
  (option: string): Rule =>
  (written) => {
    const own = numberAt(written, option);
    const share = numberAt(written, `${BUDGET}.ratio`);
    const floor = ['minPerSecond', 'windowMs'].map((key) => numberAt(written, `${BUDGET}.${key}`));
    const [perSecond = BUDGET_DEFAULTS.minPerSecond, windowMs = BUDGET_DEFAULTS.windowMs] = floor;
    if (own === undefined || own === 0 || share !== 0 || perSecond * windowMs >= 1_000) return undefined;
    const [shortPath, longPath] = [`${BUDGET}.minPerSecond`, `${BUDGET}.windowMs`];
    const floors = [
      floor[0] === undefined ? undefined : named(shortPath, perSecond),
      floor[1] === undefined || perSecond === 0 ? undefined : named(longPath, windowMs),
    ];
    const empty = [named(`${BUDGET}.ratio`, share), ...floors].filter((each) => each !== undefined);
    return `${named(option, own)} is never spent with ${empty.join(' and ')}`;
  };

const countsAttempts = (written: unknown): boolean => writtenAt(written, 'breaker.scope') !== 'call';
const hasRetries = (written: unknown): boolean => numberAt(written, 'retry.maxRetries') !== 0;
const isNeverShorter =
  (group: string) =>
  (written: unknown): boolean =>
    ['none', 'decorrelated'].some((jitter) => jitter === writtenAt(written, `${group}.jitter`));

/** Waits that never leave time for the attempt after them. */
const waits = (group: string): readonly Rule[] => [
  when(hasRetries, bound(`${group}.minMs`, below, 'timeout.totalMs', 'retry.maxRetries')),
  when(
    (written) => hasRetries(written) && isNeverShorter(group)(written),
    bound(`${group}.baseMs`, below, 'timeout.totalMs'),
  ),
];

const RULES: readonly Rule[] = [
  bound('breaker.windowMs', atLeastTwice, 'timeout.attemptMs'),
  when(countsAttempts, bound('breaker.slowCallMs', notAbove, 'timeout.attemptMs')),
  bound('breaker.slowCallMs', notAbove, 'timeout.totalMs'),
  when(
    (written) => numberAt(written, 'breaker.slowCallMs') === undefined,
    idle('breaker.minimumCalls', 'breaker.failureRateThreshold', false),
  ),
  idle('breaker.slowCallRateThreshold', 'breaker.slowCallMs', false),
  bound('hedge.afterMs', below, 'timeout.attemptMs'),
  bound('hedge.afterMs', below, 'timeout.totalMs', 'hedge.maxHedges'),
  bound('hedge.maxHedges', below, 'bulkhead.maxConcurrent'),
  unpaid('hedge.maxHedges'),
  bound('bulkhead.maxQueueMs', notAbove, 'timeout.totalMs'),
  idle('bulkhead.maxQueueMs', 'bulkhead.maxQueue', 0),
  ...waits('retry.backoff'),
  ...waits('retry.throttleBackoff'),
  unpaid('retry.maxRetries'),
];

const PART_OF_NAME = /"(?:breaker|bulkhead|hedge|retry)\./g;

/**
 * Looks for options that were written and cannot both hold. Defaults contradict nothing: they follow what is written.
 *
 * @param written of a whole stack; of a part alone, what it would be there
 * @param alone whether options of a part are named as they were written: `maxQueue`, not `bulkhead.maxQueue`
 * @throws RangeError naming the options, with their values
 */
export const rejectContradictions = ({ where }: OptionsSite, written: unknown, alone = false): void => {
  for (const rule of RULES) {
    const found = rule(written);
    if (found === undefined) continue;
    throw new RangeError(`${where}: option ${alone ? found.replace(PART_OF_NAME, '"') : found}`);
  }
};
