import { type RequestContext, tryGetContext } from '../context/index.ts';
import type { CallCompleted, EventHub, RequestFailed } from '../events/index.ts';
import { readSafely } from '../kernel/index.ts';

/** The outbound calls of a request. */
export interface Deps {
  readonly count: number;
  /** Their durations added up: calls that ran side by side make it longer than the request. */
  readonly ms: number;
}

/** What the hub told of requests that are being served. */
export interface Notes {
  failureOf(request: object): Pick<RequestFailed, 'code' | 'kind' | 'status'> | undefined;
  depsOf(record: RequestContext | undefined): Deps | undefined;
}

/** Whether the dependency was asked: an answer out of the cache and a refusal are no work of it. */
const isAsked = ({ source, journal: { attempts, stopped } }: CallCompleted): boolean =>
  source !== 'cache' && (attempts.length > 0 || (stopped !== 'circuit-open' && stopped !== 'bulkhead-full'));

/** Keeps what a hub tells of a request until its line is written. Without a hub nothing is known. */
export const createNotes = (events: EventHub | undefined): Notes => {
  // Beside the request itself: the collector goes through a WeakMap of young requests each time it runs.
  const FAILURE = Symbol('failure');
  // By the bag of the record, which all records share that are made of one: a route with a deadline has its own.
  const deps = new WeakMap<object, { count: number; ms: number }>();

  events?.subscribe('request.failed', (event) => {
    Reflect.defineProperty(event.request, FAILURE, { value: event, configurable: true });
  });
  events?.subscribe('call.completed', (event) => {
    const fields = tryGetContext()?.fields;
    if (fields === undefined || !isAsked(event)) return;
    const known = deps.get(fields);
    if (known === undefined) deps.set(fields, { count: 1, ms: event.durationMs });
    else {
      known.count += 1;
      known.ms += event.durationMs;
    }
  });

  return Object.freeze<Notes>({
    // Nothing else is written under this symbol; the request may be a proxy.
    failureOf: (request) => readSafely(request, FAILURE) as RequestFailed | undefined,
    depsOf: (record) => record && deps.get(record.fields),
  });
};
