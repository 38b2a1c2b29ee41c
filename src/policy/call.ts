import {
  boolean,
  type Check,
  func,
  integer,
  orFalse,
  readOptions,
  readSafely,
  rejectOption,
  text,
  withMethods,
} from '../kernel/index.ts';
import { createJournal, type JournalWriter } from './journal.ts';

/** What a layer below must know of the call it serves, and nothing more. */
export interface Call {
  /** Name of the client or protected function. */
  readonly name: string;
  /** Aborts when nobody waits any longer: the caller left, or time is up. Its reason is the error to reject with. */
  readonly signal: AbortSignal;
  /** When time is up, on the clock of the stack, in milliseconds; `undefined` for no limit. */
  readonly deadline: number | undefined;
  /** Counts from 1. */
  readonly attempt: number;
  /** Whether doing it twice does no harm. */
  readonly repeatable: boolean;
  /** Whether the one who asked for this is itself trying again: then nothing extra is spent here on top of it. */
  readonly servesRetry: boolean;
  /** Where attempts are written down. */
  readonly journal: JournalWriter;
  /** Told of work that goes on after its caller stopped waiting, so that its slot is held until it truly ends. */
  readonly hold: (work: Promise<unknown>) => void;
  /** Told of a wait for a place, as it begins; `false`: it must not wait, and is refused instead. */
  readonly wait: ((letIn: Promise<unknown>) => void) | false;
}

const NEVER_ABORTED = new AbortController().signal;
const abortable = withMethods('an AbortSignal', 'addEventListener', 'removeEventListener');
const isReading = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);
const tellNobody = (): void => undefined;

/** What a call is made of: everything but its name has a default. */
export type CallParts = Pick<Call, 'name'> & { readonly [Part in keyof Call]?: Call[Part] | undefined };

/** A call as it enters a composed operation, of parts that are known to be good. */
export const beginCall = (given: CallParts): Call => ({
  name: given.name,
  signal: given.signal ?? NEVER_ABORTED,
  deadline: given.deadline,
  attempt: given.attempt ?? 1,
  repeatable: given.repeatable ?? false,
  servesRetry: given.servesRetry ?? false,
  journal: given.journal ?? createJournal(),
  hold: given.hold ?? tellNobody,
  wait: given.wait ?? tellNobody,
});

const checks: Readonly<Record<keyof CallParts, Check>> = {
  name: text,
  signal: {
    expects: 'an AbortSignal',
    type: (value) => typeof readSafely(value, 'aborted') === 'boolean' && abortable.type(value),
  },
  deadline: { expects: 'a reading of the clock, in milliseconds', type: isReading },
  attempt: integer(1),
  repeatable: boolean,
  servesRetry: boolean,
  journal: withMethods('a journal', 'add', 'note', 'stop', 'snapshot'),
  hold: func,
  wait: orFalse(func),
};

/**
 * A call as it enters a composed operation, made when it begins. It is not repeated unless it says that it may be.
 *
 * @throws TypeError or RangeError for a bad part
 * @example
 * const { signal, deadline } = getContext();
 * const call = createCall({ name: 'stock', signal, deadline, repeatable: true });
 * const count = await countStock('tea', call);
 */
export const createCall = (given: CallParts): Call => {
  const site = { where: 'createCall' };
  const { name, ...parts } = readOptions<Partial<CallParts>>(site, given, {}, checks);
  if (name === undefined) return rejectOption(site, 'name', text.expects, name, TypeError);
  return beginCall({ name, ...parts });
};
