import { boundsOf } from '../context/index.ts';
import { attachJournal, isBusinessError, isTechnicalError, journalOf } from '../errors/index.ts';
import { type Abortable, linkSignals, readSafely } from '../kernel/index.ts';
import type { Call, Settled } from '../policy/index.ts';
import { beginStackCall, type Stack } from '../resilience/index.ts';
import type { Answer } from './answer.ts';
import type { CallsUnderWay } from './calls-under-way.ts';
import type { Exchange } from './exchange.ts';
import { answerOf } from './kept-answer.ts';
import type { ClientSettings } from './options.ts';
import type { CallGiven, PrepareCall } from './prepare-call.ts';
import type { PreparedRequest } from './request.ts';
import { outcomeOfAnswer, upstreamStatusOf } from './rules.ts';

/** What a client runs its calls with. */
export interface Parts {
  readonly prepare: PrepareCall;
  readonly calls: CallsUnderWay;
  /** Those in force. */
  readonly settings: () => ClientSettings;
  readonly exchange: Exchange;
  readonly stack: Stack<PreparedRequest, Answer>;
}

/** The whole answer that the caller wants though its status is an error, behind an error that is not mapped to another. */
export const wantedAnswer = (
  { mappedOf }: Exchange,
  { throwOnStatus }: PreparedRequest,
  thrown: unknown,
): Answer | undefined => {
  if (throwOnStatus || mappedOf(thrown) !== thrown) return undefined;
  const answer = answerOf(thrown);
  return answer !== undefined && answer.status >= 400 ? answer : undefined;
};

interface Ended {
  readonly request: PreparedRequest;
  readonly startedAt: number;
  readonly answer?: Answer | undefined;
  readonly error?: unknown;
  /** Whether the error is one of the dependency, and nothing that its caller expects. */
  readonly isTechnical?: (() => boolean) | undefined;
}

/** Tells of a call that ended: once, whatever its outcome. */
const tell = (
  { name, clock, events }: ClientSettings,
  { request, startedAt, answer, error, isTechnical }: Ended,
): void => {
  if (!events?.wants('call.completed')) return;
  const code = readSafely(error, 'code');
  const event = {
    dependency: name,
    method: request.method,
    call: request.label,
    outcome: answer === undefined ? 'failure' : 'success',
    technical: isTechnical?.() ?? false,
    source: answer?.source,
    status: answer?.status ?? upstreamStatusOf(error),
    code: typeof code === 'string' ? code : undefined,
    durationMs: clock.now() - startedAt,
    journal: request.journal.snapshot(),
  } as const;
  events.publish('call.completed', Object.freeze(event));
};

/** A business error of the app's, and a status that the caller wants as an answer, are what was asked for. */
const isAnswer = ({ mappedOf }: Exchange, { throwOnStatus }: PreparedRequest, thrown: unknown): boolean =>
  isBusinessError(mappedOf(thrown)) || (!throwOnStatus && outcomeOfAnswer(thrown) === 'success');

/** A call that has been read, and what may end it early. */
interface Run {
  readonly settings: ClientSettings;
  readonly request: PreparedRequest;
  readonly call: Call;
  readonly startedAt: number;
  readonly abortable: Abortable;
  readonly dispose: (() => void) | undefined;
}

const NEVER_ABORTED = new AbortController().signal;

/** One signal for those who may give a call up, and what ends its following them. */
const followOf = (
  signals: readonly (Abortable | undefined)[],
  ofCaller: AbortSignal | undefined,
): Pick<Run, 'abortable' | 'dispose'> => {
  // The request's own is one of ours, and may be followed by anybody.
  if (signals.length === 1 && ofCaller === undefined)
    return { abortable: signals[0] ?? NEVER_ABORTED, dispose: undefined };
  const link = linkSignals(...signals, ofCaller);
  return { abortable: link, dispose: () => link.dispose() };
};

const beginRun = ({ prepare, settings: now }: Parts, given: CallGiven): Run => {
  const settings = now();
  const { name, clock } = settings;
  const { request, signal: ofCaller } = prepare(settings, given);
  const { record, journal, repeatable } = request;
  const { signals, deadline } = boundsOf(record, clock);
  const { abortable, dispose } = followOf(signals, ofCaller);
  const servesRetry = record?.retryAttempt !== undefined;
  const call = beginStackCall({ name, abortable, deadline, repeatable, servesRetry, journal });
  return { settings, request, call, abortable, startedAt: clock.now(), dispose };
};

/** What a failed call comes to: the answer that its caller wants all the same, or the error that it rejects with. */
const endFailed = ({ exchange }: Parts, run: Run, thrown: unknown): Settled<Answer> => {
  const { settings, request, abortable, startedAt } = run;
  const callerLeft = abortable.aborted && abortable.reason === thrown;
  // That the caller's own time was up is nothing that the caller wanted.
  const isTechnical = (): boolean =>
    (!callerLeft || isTechnicalError(thrown)) && !isAnswer(exchange, request, thrown);
  tell(settings, { request, startedAt, error: thrown, isTechnical });
  if (callerLeft) return { error: thrown };
  // A status that the caller wants as an answer is folded into nothing; what it was mapped to is thrown.
  const answer = wantedAnswer(exchange, request, thrown);
  if (answer !== undefined) return { value: answer };
  const error = exchange.finalOf(request, thrown);
  if (journalOf(error) === undefined) attachJournal(error, request.journal.snapshot());
  return { error };
};

/** Tells of the end of a call, and ends it, whatever comes of telling. */
const conclude = (parts: Parts, run: Run, settled: Settled<Answer>, end: () => void): Settled<Answer> => {
  try {
    if ('error' in settled) return endFailed(parts, run, settled.error);
    tell(run.settings, { request: run.request, startedAt: run.startedAt, answer: settled.value });
    return settled;
  } finally {
    end();
  }
};

/** Gives a call that was read to the stack. Never rejects: what is thrown on and out of an async function costs 2 µs on Node 24. */
const finish = (parts: Parts, run: Run, end: () => void): Promise<Settled<Answer>> =>
  new Promise((resolve) => {
    const settle = (settled: Settled<Answer>): void => {
      try {
        resolve(conclude(parts, run, settled, end));
      } catch (error) {
        // What the app handed in, a hub or a signal, may throw.
        resolve({ error });
      }
    };
    const fail = (error: unknown): void => settle({ error });
    try {
      if (run.abortable.aborted) fail(run.abortable.reason);
      else parts.stack.run(run.request, run.call).then((value) => settle({ value }), fail);
    } catch (thrown) {
      // Whatever becomes of a call, it is over.
      fail(thrown);
    }
  });

/** Runs a call, and takes it out of those under way. */
export const runCall = async (parts: Parts, given: CallGiven): Promise<Answer> => {
  // What its caller asks of it in this turn, it reads.
  await undefined;
  let run: Run | undefined;
  const end = (): void => {
    run?.request.content?.discard();
    run?.dispose?.();
    if (!given.isLate) parts.calls.end();
  };
  try {
    run = beginRun(parts, given);
  } catch (thrown) {
    end();
    throw thrown;
  }
  const { value, error } = await finish(parts, run, end);
  if (value === undefined) throw error;
  return value;
};
