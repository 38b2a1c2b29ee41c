import { CACHE_MISS } from '../cache/index.ts';
import { isBusinessError, type UpstreamResponseError } from '../errors/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { Operation } from '../policy/index.ts';
import { type Answer, parseJson, replyAnswer } from './answer.ts';
import { type Reply, statusError } from './errors.ts';
import type { PreparedRequest } from './request.ts';
import type { Transport } from './transport.ts';
import { mapUpstream } from './upstream-errors.ts';

/** One attempt over the wire, and what is known of the errors it ended in. */
export interface Exchange {
  /** Sends the request; an answer of 400 and above is thrown. */
  readonly operation: Operation<PreparedRequest, Answer>;
  /** The upstream's error behind an error that `upstreamErrors` made; any other error is its own. */
  originOf(error: unknown): unknown;
  /** The error that `upstreamErrors` made of an upstream's, for the caller. */
  mappedOf(error: unknown): unknown;
  /** The answer behind the error of its status, where the caller wants it instead. */
  answerOf(error: unknown): Answer | undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What a client does once per attempt. */
export const createExchange = (transport: Transport, clock: Clock): Exchange => {
  const origins = new WeakMap<object, UpstreamResponseError>();
  const mappedErrors = new WeakMap<object, { readonly error: unknown }>();
  const answers = new WeakMap<object, Answer>();

  /** The error to throw inside the stack: a business error as it is mapped, so that no guard takes it for a failure. */
  const errorOf = (request: PreparedRequest, reply: Reply): unknown => {
    const upstream = statusError(request, reply, clock.wallTime());
    if (!request.throwOnStatus)
      answers.set(upstream, replyAnswer(request, reply, { source: 'live', cache: undefined }));
    const error = mapUpstream(request.upstreamErrors, upstream);
    if (error === undefined) return upstream;
    if (isBusinessError(error)) {
      origins.set(error, upstream);
      return error;
    }
    mappedErrors.set(upstream, { error });
    return upstream;
  };

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
    originOf: (error) => (isObject(error) ? (origins.get(error) ?? error) : error),
    mappedOf: (error) => {
      const mapped = isObject(error) ? mappedErrors.get(error) : undefined;
      return mapped === undefined ? error : mapped.error;
    },
    answerOf: (error) => (isObject(error) ? answers.get(error) : undefined),
  });
};
