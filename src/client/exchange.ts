import { twinOf } from '../errors/index.ts';
import { type Clock, readSafely } from '../kernel/index.ts';
import type { Call, Operation } from '../policy/index.ts';
import { abortOf, nextTurn } from '../resilience/index.ts';
import { type Answer, type JsonValue, parseJson, partsOf, replyAnswer, replyOf } from './answer.ts';
import { businessCauseOf, clientClosed, type Reply, statusError } from './errors.ts';
import { handOver } from './hand-over.ts';
import { answerOf, keepAnswer } from './kept-answer.ts';
import { attemptHeaders } from './propagation.ts';
import type { RedirectScope } from './redirects.ts';
import type { PreparedRequest } from './request.ts';
import { type Sent, sendFollowing } from './send.ts';
import type { Transport } from './transport.ts';
import { foldUnavailable, linkMapped, mapUpstream } from './upstream-errors.ts';

/** One attempt over the wire, and what is known of the errors it ended in. */
export interface Exchange {
  /** Sends the request; an answer of 400 and above is thrown. */
  readonly operation: Operation<PreparedRequest, Answer>;
  /** The error that an answer of 400 and above is for the one who asked. */
  errorOf(request: PreparedRequest, answer: Answer): unknown;
  /**
   * The error of a failure that was another call's, for one who waited for the same.
   *
   * @param answer the one behind it
   */
  ownErrorOf(request: PreparedRequest, error: unknown, answer?: Answer): unknown;
  /** What `upstreamErrors` makes of an upstream's error, asked once; an error that has no entry is its own. */
  mappedOf(error: unknown): unknown;
  /** The error that the caller sees of one that left the stack. */
  finalOf(request: PreparedRequest, error: unknown): unknown;
  /** Whether an attempt failed before anything of its request was sent. */
  wasUnsent(error: unknown): boolean;
  /** Whether an attempt's time ended while we ourselves still owed what was to be sent. */
  wasUnmade(error: unknown): boolean;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Errors, or what stands right behind them. */
const createErrorSet = () => {
  const errors = new WeakSet<object>();
  const holds = (error: unknown): boolean => isObject(error) && errors.has(error);
  return {
    add: (error: unknown): void => {
      if (isObject(error)) errors.add(error);
    },
    has: (error: unknown): boolean => holds(error) || holds(readSafely(error, 'cause')),
  };
};

/** What an exchange knows of its client. */
export interface ExchangeSetup extends RedirectScope {
  readonly clock: Clock;
}

/** Where an answer came from. */
type From = Pick<Sent, 'url' | 'redirected'>;

const answered = (
  request: PreparedRequest,
  reply: Reply,
  { url, redirected }: From,
  value?: JsonValue,
): Answer => replyAnswer(request, reply, { source: 'live', value, url, redirected });

/** The answer, parsed where JSON was asked for. */
const readAnswer = (request: PreparedRequest, reply: Reply, from: From): Answer => {
  const isConfirmed = request.confirms && reply.status === 304;
  if (!request.expectation.json || isConfirmed) return answered(request, reply, from);
  try {
    return answered(request, reply, from, { json: parseJson(request, reply) });
  } catch (unreadable) {
    keepAnswer(unreadable, answered(request, reply, from));
    throw unreadable;
  }
};

/**
 * What `upstreamErrors` makes of errors. Guards and events go by the upstream's own, so nothing is made before somebody
 * asks.
 */
const createMappings = () => {
  const mappings = new WeakMap<object, () => unknown>();

  const mappedOf = (error: unknown): unknown =>
    (isObject(error) ? mappings.get(error)?.() : undefined) ?? error;

  const finalOf = (request: PreparedRequest, error: unknown): unknown => {
    const own = businessCauseOf(error);
    if (own !== undefined) return own;
    const mapped = mappedOf(error);
    if (mapped === error) return foldUnavailable(request.upstreamErrors, error);
    linkMapped(mapped, error);
    return mapped;
  };

  const errorOf = (request: PreparedRequest, reply: Reply, wallTime: number): object => {
    const { upstreamErrors } = request;
    const upstream = statusError(request, reply, wallTime);
    if (upstreamErrors.length > 0)
      mappings.set(
        upstream,
        lazily(() => mapUpstream(upstreamErrors, upstream)),
      );
    return upstream;
  };

  return { mappedOf, finalOf, errorOf };
};

/** What a client does once per attempt. */
export const createExchange = (transport: Transport, setup: ExchangeSetup): Exchange => {
  const { mappedOf, finalOf, errorOf } = createMappings();
  const unsent = createErrorSet();
  const unmade = createErrorSet();

  const refuse = (request: PreparedRequest, reply: Reply, answer: Answer): unknown => {
    return keepAnswer(errorOf(request, reply, setup.clock.wallTime()), answer);
  };

  const refuseAs = (request: PreparedRequest, answer: Answer): unknown => {
    const reply = replyOf(answer);
    return reply === undefined ? undefined : refuse(request, reply, answer);
  };

  const take = (request: PreparedRequest, call: Call, sent: Sent): Answer => {
    const reply = handOver(request, sent, call, setup.clock);
    if (sent.reply.stream !== undefined) return answered(request, reply, sent);
    if (reply.status < 400) return readAnswer(request, reply, sent);
    throw refuse(request, reply, answered(request, reply, sent));
  };

  const ask = (request: PreparedRequest, call: Call): Promise<Answer> => {
    if (request.isLate) return Promise.reject(clientClosed(request));
    const watch = { signal: abortOf(call), unsent: unsent.add, unmade: unmade.add };
    const way = { transport, scope: setup, take: (sent: Sent) => take(request, call, sent) };
    const { method, target, content } = request;
    const headers = attemptHeaders(request, call.attempt);
    return sendFollowing(way, request, { method, target, headers, content }, watch);
  };

  return Object.freeze<Exchange>({
    operation: (request, call) => {
      // The connection of the attempt before is free then, as on the way of a redirect.
      return call.attempt > 1 ? nextTurn().then(() => ask(request, call)) : ask(request, call);
    },
    errorOf: refuseAs,
    ownErrorOf: (request, error, answer = answerOf(error)) => {
      const parts = partsOf(answer);
      if (answer === undefined || parts === undefined) return twinOf(error);
      const { reply, source, url, redirected } = parts;
      const own = replyAnswer(request, reply, { source, url, redirected });
      return answer.status >= 400 ? refuseAs(request, own) : keepAnswer(twinOf(error), own);
    },
    mappedOf,
    finalOf: (request, error) => {
      const final = finalOf(request, error);
      if (final !== error) keepAnswer(final, answerOf(error));
      return final;
    },
    wasUnsent: unsent.has,
    wasUnmade: unmade.has,
  });
};
