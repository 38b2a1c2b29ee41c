import type { EventHub } from '../../events/index.ts';
import { describeValue, type OptionsSite, readOptions, rejectOption } from '../../kernel/index.ts';
import { mergeWritten, writtenAt } from '../written.ts';
import { changesBetween } from './changes.ts';
import { giveWay } from './give-way.ts';
import { PART_CHECKS, type Resilience, type ResilienceOptions } from './options.ts';

/** The parts whose options may change at run time. */
export type ReconfigurablePart = keyof typeof PART_CHECKS;

/** Options that may change at run time, as users write them. */
export type ReconfigureOptions = Pick<ResilienceOptions<never, unknown>, ReconfigurablePart>;

/** What `createReconfigure` needs to know. */
export interface ReconfigureSetup<Written, Plans> {
  /** Name of the client or protected function. */
  readonly name: string;
  /** What was written when it was made. */
  readonly written: Written;
  /** What was made of it. */
  readonly plans: Plans;
  /** Parts that are off where nothing is written. @default none */
  readonly offByDefault?: readonly ReconfigurablePart[] | undefined;
  /** Reads and checks what is written, as a whole. */
  readonly read: (site: OptionsSite, written: Written) => Plans;
  /** The plans as users know them: options by part. */
  readonly view: (plans: Plans) => object;
  /** Puts plans in force. */
  readonly apply: (plans: Plans) => void;
  readonly events: EventHub | undefined;
}

/** Built where they are on, left out where they are off: a run-time change only ever turns their screws. */
const INSTEAD: Readonly<Record<ReconfigurablePart, { readonly on: string; readonly off: string }>> = {
  timeout: { on: 'create it with a "timeout"', off: 'write a longer "timeout.totalMs"' },
  retry: { on: 'create it with "retry.maxRetries" 0', off: 'write "retry.maxRetries" 0' },
  breaker: { on: 'create it with "breaker.mode" \'disabled\'', off: 'write "breaker.mode" \'disabled\'' },
  bulkhead: { on: 'create it with a "bulkhead"', off: 'write a higher "bulkhead.maxConcurrent"' },
  hedge: { on: 'create it with a "hedge"', off: 'write a longer "hedge.afterMs"' },
  pause: { on: 'create it with a "pause"', off: 'write a short "pause.maxMs"' },
};

const PARTS: readonly ReconfigurablePart[] = ['timeout', 'retry', 'breaker', 'bulkhead', 'hedge', 'pause'];

/** They shape the guards themselves: what stands where, and which calls a circuit counts. */
const FIXED = ['timeout.connectMs', 'breaker.scope', 'breaker.key', 'breaker.maxKeys'] as const;

const rejectFixed = (site: OptionsSite, inForce: object, changes: object): void => {
  for (const path of FIXED) {
    const wanted = writtenAt(changes, path);
    const is = writtenAt(inForce, path);
    if (wanted === undefined || wanted === is) continue;
    rejectOption(site, path, `${describeValue(is)} as at creation, it cannot change at run time`, wanted);
  }
};

const rejectSwitch = (site: OptionsSite, part: ReconfigurablePart, wasOff: boolean, given: unknown): void => {
  if (given === undefined || (given === false) === wasOff) return;
  const turn = wasOff ? 'on' : 'off';
  throw new RangeError(
    `${site.where}: option "${part}" cannot be switched ${turn} at run time: ${INSTEAD[part][turn]}`,
  );
};

/**
 * Makes the function that changes settings at run time. What is given is laid over what was written and read whole, as at
 * creation; where anything is wrong, nothing changes.
 */
export const createReconfigure = <Written extends object, Plans>(
  setup: ReconfigureSetup<Written, Plans>,
): ((changes: Written) => void) => {
  const { name, offByDefault = [], read, view, apply, events } = setup;
  const site = { where: `reconfigure(${JSON.stringify(name)})` };
  let written = setup.written;
  let { plans } = setup;

  const isOff = (part: ReconfigurablePart): boolean =>
    (writtenAt(written, part) ?? !offByDefault.includes(part)) === false;

  return (changes) => {
    // Checked to be options of these parts; what they hold is read below.
    const given = readOptions<Partial<Record<ReconfigurablePart, unknown>>>(
      site,
      changes,
      {},
      PART_CHECKS,
    ) as Written;
    for (const part of PARTS) rejectSwitch(site, part, isOff(part), writtenAt(given, part));
    const nextWritten = giveWay(mergeWritten(written, given), given);
    const next = read(site, nextWritten);
    rejectFixed(site, view(plans), given);
    const changed = changesBetween(view(plans), view(next));
    written = nextWritten;
    plans = next;
    apply(next);
    if (changed.length > 0 && events?.wants('client.reconfigured'))
      events.publish('client.reconfigured', Object.freeze({ dependency: name, changes: changed }));
  };
};

/** The plans of a stack that may change at run time. */
export type LivePlans<Req = never> = Pick<Resilience<Req>, ReconfigurablePart>;

/** Picks them out of all of a stack's settings. */
export const livePlansOf = <Req>({
  timeout,
  retry,
  breaker,
  bulkhead,
  hedge,
  pause,
}: LivePlans<Req>): LivePlans<Req> => ({
  timeout,
  retry,
  breaker,
  bulkhead,
  hedge,
  pause,
});
