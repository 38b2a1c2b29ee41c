import { type Abortable, LinkedSignal } from '../kernel/index.ts';
import { type Call, createJournal } from '../policy/index.ts';

/** Normalised limits in milliseconds; `undefined` for none. */
export interface TimeoutLimits {
  readonly totalMs: number | undefined;
  readonly attemptMs: number | undefined;
}

/** What a stack's call is made of. */
interface Parts extends Omit<Call, 'signal'> {
  readonly abortable: Abortable;
  /** What it may take, where that was settled as it began. */
  readonly limits: TimeoutLimits | undefined;
}

/** Parts that policies give it on its way. */
type Changes = Partial<Pick<Parts, 'abortable' | 'deadline' | 'attempt' | 'hold' | 'wait'>>;

const NO_CHANGES: Changes = Object.freeze({});

/**
 * A call within a stack, where no policy of anybody else's sees it: its signal is made when somebody asks for it, and is not
 * among what a spread copies.
 */
class StackCall implements Call {
  readonly name: string;
  readonly abortable: Abortable;
  readonly deadline: number | undefined;
  readonly attempt: number;
  readonly repeatable: boolean;
  readonly servesRetry: boolean;
  readonly journal: Call['journal'];
  readonly hold: Call['hold'];
  readonly wait: Call['wait'];
  readonly limits: TimeoutLimits | undefined;

  // Field by field: spreads of one object over the other cost three times as much.
  constructor(parts: Parts, changes: Changes = NO_CHANGES) {
    this.name = parts.name;
    this.abortable = changes.abortable ?? parts.abortable;
    this.deadline = changes.deadline ?? parts.deadline;
    this.attempt = changes.attempt ?? parts.attempt;
    this.repeatable = parts.repeatable;
    this.servesRetry = parts.servesRetry;
    this.journal = parts.journal;
    this.hold = changes.hold ?? parts.hold;
    this.wait = changes.wait ?? parts.wait;
    this.limits = parts.limits;
  }

  get signal(): AbortSignal {
    const { abortable } = this;
    // What is no link is a signal of the platform.
    return abortable instanceof LinkedSignal ? abortable.signal : (abortable as AbortSignal);
  }
}

const tellNobody = (): void => undefined;

/** A call as it enters a stack. */
export const beginStackCall = (
  given: Pick<Parts, 'name' | 'abortable' | 'deadline' | 'repeatable' | 'servesRetry'> &
    Partial<Pick<Parts, 'journal' | 'limits'>>,
): Call =>
  new StackCall({
    name: given.name,
    abortable: given.abortable,
    deadline: given.deadline,
    attempt: 1,
    repeatable: given.repeatable,
    servesRetry: given.servesRetry,
    journal: given.journal ?? createJournal(),
    hold: tellNobody,
    wait: tellNobody,
    limits: given.limits,
  });

/** The signal of a call, for whoever only listens to it: that of a stack's call costs nothing. */
export const abortOf = (call: Call): Abortable => (call instanceof StackCall ? call.abortable : call.signal);

/** What a call may take, where that was settled as it began. */
export const limitsOfCall = (call: Call): TimeoutLimits | undefined =>
  call instanceof StackCall ? call.limits : undefined;

/** The same call with other parts. */
export const changeCall = (call: Call, changes: Changes & { readonly abortable?: LinkedSignal }): Call => {
  if (call instanceof StackCall) return new StackCall(call, changes);
  // Policies of others may copy it as they like.
  const { abortable, ...others } = changes;
  return { ...call, ...others, signal: abortable?.signal ?? call.signal };
};
