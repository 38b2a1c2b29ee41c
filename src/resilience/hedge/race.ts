import { isRejectedError } from '../../errors/index.ts';
import { type LinkedSignal, linkSignals } from '../../kernel/index.ts';
import type { Call, Operation, Settled } from '../../policy/index.ts';
import type { World } from '../parts.ts';
import { abortOf, changeCall } from '../stack-call.ts';
import { hedgeLost } from './lost.ts';

/** An attempt that has ended, or was given up as another one answered. */
export interface Finished<Res> {
  /** Which of the extra attempts, from 1; `undefined` for the attempt itself. */
  readonly hedge: number | undefined;
  readonly durationMs: number;
  /** `undefined` for one that was given up. */
  readonly settled: Settled<Res> | undefined;
}

type First<Res> = Finished<Res> & { readonly settled: Settled<Res> };

/** How a race ended. */
export interface Result<Res> {
  /** The one whose outcome is that of the race. */
  readonly first: First<Res>;
  /** Those that take no part in the outcome, in the order they were started. Refusals are none of them. */
  readonly others: readonly Finished<Res>[];
}

/** Attempts beside each other. The first that answers ends it; otherwise the last that fails does. */
export interface Race<Res> {
  /** Starts an attempt; an extra one waits for no place. @returns whether it was refused, once that is known */
  enter(hedge: number | undefined): Promise<boolean>;
  /** Resolves when the attempt itself has its place, or got none. */
  letIn(): Promise<unknown>;
  /** How it ended. Never rejects. */
  readonly result: Promise<Result<Res>>;
  /** Aborts when it has ended. */
  readonly over: AbortSignal;
}

/** What a race is about. */
export interface RaceSetup<Req, Res> extends Pick<World, 'clock'> {
  readonly next: Operation<Req, Res>;
  readonly request: Req;
  readonly call: Call;
  /** Whether an error is an answer, and no failure that another attempt may not share. */
  readonly isAnswer: (error: unknown) => boolean;
}

/** Runs an operation and tells how it ended. Never rejects. */
const settle = async <Req, Res>(
  operation: Operation<Req, Res>,
  request: Req,
  call: Call,
): Promise<Settled<Res>> => {
  try {
    return { value: await operation(request, call) };
  } catch (error) {
    return { error };
  }
};

interface Lane {
  readonly hedge: number | undefined;
  readonly startedAt: number;
  readonly link: LinkedSignal;
  readonly work: Promise<unknown>;
}

const isRefused = ({ settled }: First<unknown>): boolean => isRejectedError(settled.error);

const byStart = (a: Finished<unknown>, b: Finished<unknown>): number => (a.hedge ?? 0) - (b.hedge ?? 0);

/** A race that nobody has entered yet. */
export const createRace = <Req, Res>(setup: RaceSetup<Req, Res>): Race<Res> => {
  const { next, request, call, clock, isAnswer } = setup;
  const over = new AbortController();
  const running = new Set<Lane>();
  // In the order they ended.
  const failed: First<Res>[] = [];
  let placed: Promise<unknown> = Promise.resolve();
  let tell: (result: Result<Res>) => void = () => undefined;
  const result = new Promise<Result<Res>>((resolve) => {
    tell = resolve;
  });

  const giveUp = ({ hedge, startedAt, link, work }: Lane): Finished<Res> => {
    call.hold(work);
    link.abort(hedgeLost(call.name));
    link.dispose();
    return { hedge, durationMs: clock.now() - startedAt, settled: undefined };
  };

  const end = (first: First<Res>): void => {
    over.abort();
    const lost = [...running].map(giveUp);
    running.clear();
    const others = failed.filter((each) => each !== first && !isRefused(each));
    tell({ first, others: [...others, ...lost].sort(byStart) });
  };

  const leave = (lane: Lane, settled: Settled<Res>): void => {
    // It was given up before.
    if (!running.delete(lane)) return;
    lane.link.dispose();
    const finished = { hedge: lane.hedge, durationMs: clock.now() - lane.startedAt, settled };
    if (!('error' in settled) || isAnswer(settled.error)) {
      end(finished);
      return;
    }
    failed.push(finished);
    // A refusal is no outcome of the call as long as there is another one.
    if (running.size === 0) end(failed.find((each) => !isRefused(each)) ?? failed[0] ?? finished);
  };

  return {
    enter: (hedge) => {
      const link = linkSignals(abortOf(call));
      const startedAt = clock.now();
      const wait = (letIn: Promise<unknown>): void => {
        call.wait !== false && call.wait(letIn);
        placed = letIn.catch(() => undefined);
      };
      const mayWait = hedge === undefined && call.wait !== false;
      const work = settle(next, request, changeCall(call, { abortable: link, wait: mayWait && wait }));
      const lane = { hedge, startedAt, link, work };
      running.add(lane);
      return work.then((settled) => {
        leave(lane, settled);
        return 'error' in settled && isRejectedError(settled.error);
      });
    },
    letIn: () => placed,
    result,
    over: over.signal,
  };
};
