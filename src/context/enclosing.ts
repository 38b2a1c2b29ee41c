import type { Abortable, Clock } from '../kernel/index.ts';
import { ambientOf } from './ambient.ts';
import { abortableOf } from './own-record.ts';
import type { RequestContext } from './record.ts';
import type { StaleMark } from './stale-mark.ts';

/** A guarded function that runs, as calls see it that are made within it. */
export interface Enclosing {
  readonly call: {
    readonly name: string;
    readonly signal: AbortSignal;
    readonly deadline: number | undefined;
    readonly attempt: number;
  };
  /** What its deadline is a reading of. */
  readonly clock: Clock;
  /** Whether it has ended: what it left behind, and what that begins, goes its own way. */
  readonly isOver: () => boolean;
  /** Where it is noted that something stale is used within it, if its result is for many, or for later. */
  readonly staleMarks?: StaleMark[] | undefined;
}

/** The guarded function around the work that asks; the innermost one. */
export const enclosing = ambientOf<Enclosing>('call.v1');

/** What bounds a call that begins now. */
export interface CallBounds {
  /** Of whoever waits for it: each of them may give it up. */
  readonly signals: readonly (Abortable | undefined)[];
  /** The nearest of their deadlines, in milliseconds of the clock; `undefined` for no limit. */
  readonly deadline: number | undefined;
}

const nearest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** What bounds a call on `clock` that begins now: the request being served, and the guarded function that makes it. */
export const boundsOf = (record: RequestContext | undefined, clock: Clock): CallBounds => {
  const around = enclosing.get();
  const ofRequest = record && abortableOf(record);
  if (around === undefined || around.isOver()) return { signals: [ofRequest], deadline: record?.deadline };
  const { signal, deadline } = around.call;
  // The readings of two clocks cannot be compared; the signal says in time what the other one reads.
  const own = around.clock === clock ? deadline : undefined;
  return { signals: [ofRequest, signal], deadline: nearest(record?.deadline, own) };
};
