import { CACHE_MISS } from '../cache/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { Operation } from '../policy/index.ts';
import { type Answer, parseJson, replyAnswer } from './answer.ts';
import { type Reply, statusError } from './errors.ts';
import type { PreparedRequest } from './request.ts';
import type { Transport } from './transport.ts';
import { foldUnavailable, linkMapped, mapUpstream } from './upstream-errors.ts';

/** One attempt over the wire, and what is known of the errors it ended in. */
export interface Exchange {
  /** Sends the request; an answer of 400 and above is thrown. */
  readonly operation: Operation<PreparedRequest, Answer>;
  /** What `upstreamErrors` makes of an upstream's error, asked once; an error that has no entry is its own. */
  mappedOf(error: unknown): unknown;
  /** The error that the caller sees of one that left the stack. */
  finalOf(request: PreparedRequest, error: unknown): unknown;
  /** The answer behind the error of its status, where the caller wants it instead. */
  answerOf(error: unknown): Answer | undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** What a client does once per attempt. */
export const createExchange = (transport: Transport, clock: Clock): Exchange => {
  // Guards and events go by the upstream's own error, so nothing is mapped before somebody asks.
  const mappings = new WeakMap<object, () => unknown>();
  const answers = new WeakMap<object, Answer>();

  const errorOf = (request: PreparedRequest, reply: Reply): unknown => {
    const upstream = statusError(request, reply, clock.wallTime());
    if (!request.throwOnStatus)
      answers.set(upstream, replyAnswer(request, reply, { source: 'live', cache: undefined }));
    mappings.set(
      upstream,
      lazily(() => mapUpstream(request.upstreamErrors, upstream)),
    );
    return upstream;
  };

  const mappedOf = (error: unknown): unknown =>
    (isObject(error) ? mappings.get(error)?.() : undefined) ?? error;

  return Object.freeze<Exchange>({
    operation: async (request, call) => {
      const reply = await transport.send(request, call.signal);
      if (reply.status >= 400) throw errorOf(request, reply);
      const value = request.expectation.json ? { json: parseJson(request, reply) } : undefined;
      return replyAnswer(request, reply, {
        source: 'live',
        cache: request.useCache ? CACHE_MISS : undefined,
        value,
      });
    },
    mappedOf,
    finalOf: (request, error) => {
      const mapped = mappedOf(error);
      if (mapped === error) return foldUnavailable(request.upstreamErrors, error);
      linkMapped(mapped, error);
      return mapped;
    },
    answerOf: (error) => (isObject(error) ? answers.get(error) : undefined),
  });
};
