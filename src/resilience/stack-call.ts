import { type Abortable, LinkedSignal } from '../kernel/index.ts';
import { type Call, createJournal } from '../policy/index.ts';

/** What a stack's call is made of. */
type Parts = Omit<Call, 'signal'> & { readonly abortable: Abortable };

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

  constructor(parts: Parts) {
    this.name = parts.name;
    this.abortable = parts.abortable;
    this.deadline = parts.deadline;
    this.attempt = parts.attempt;
    this.repeatable = parts.repeatable;
    this.servesRetry = parts.servesRetry;
    this.journal = parts.journal;
    this.hold = parts.hold;
    this.wait = parts.wait;
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
    Partial<Pick<Parts, 'journal'>>,
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
  });

/** The signal of a call, for whoever only listens to it: that of a stack's call costs nothing. */
export const abortOf = (call: Call): Abortable => (call instanceof StackCall ? call.abortable : call.signal);

/** The same call with other parts. */
export const changeCall = (
  call: Call,
  { abortable, ...changes }: Partial<Omit<Parts, 'abortable'>> & { readonly abortable?: LinkedSignal },
): Call => {
  if (call instanceof StackCall)
    return new StackCall({ ...call, ...changes, abortable: abortable ?? call.abortable });
  // Policies of others may copy it as they like.
  return { ...call, ...changes, signal: abortable?.signal ?? call.signal };
};
