import { Readable } from 'node:stream';
import { attachJournal } from '../errors/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { Call } from '../policy/index.ts';
import { type LiveBody, type Reply, unreadable } from './errors.ts';
import { readBody } from './incoming.ts';
import type { PreparedRequest } from './request.ts';
import type { Sent } from './send.ts';
import { watchStream } from './stream-body.ts';

import { foldUnavailable } from './upstream-errors.ts';

/** Reads a stream whole, once, for all who ask. */
const createLiveBody = (
  stream: LiveBody['stream'],
  maxBodyBytes: number,
  tooLarge: () => unknown,
): LiveBody => {
  const read = async (): Promise<Uint8Array> => {
    if (stream.readableDidRead || (stream.destroyed && stream.errored === null))
      throw new TypeError('The stream of this answer was read or given up already');
    const content = await readBody(stream, maxBodyBytes);
    if (content === undefined) throw tooLarge();
    return content;
  };
  let reading: Promise<Uint8Array> | undefined;
  return Object.freeze({
    stream,
    whole: () => {
      reading ??= read();
      return reading;
    },
  });
};

/** A body that nobody can read: whoever asks for it, in whichever way, gets the error. */
const failedBody = (failure: () => unknown): LiveBody => {
  const stream = new Readable({
    // An error of ours, or what it was folded into.
    read: () => stream.destroy(failure() as Error),
  });
  stream.on('error', () => undefined);
  return Object.freeze({
    stream,
    whole: async () => {
      throw failure();
    },
  });
};

const finalsOf =
  ({ upstreamErrors, journal }: PreparedRequest) =>
  (error: unknown): unknown => {
    const final = foldUnavailable(upstreamErrors, error);
    attachJournal(final, journal.snapshot());
    return final;
  };

/**
 * What the caller gets of an answer that came: one whose body broke is there all the same, and fails who asks for it; one
 * that is streamed holds the slot of its call until its body ended, and follows the signals of caller and request on its
 * own, as the attempt is over.
 */
export const handOver = (
  request: PreparedRequest,
  { reply: received, url, redirected }: Sent,
  call: Call,
  clock: Clock,
): Reply => {
  const { stream: rules, record, timeout } = request;
  if (received.broken === undefined && (received.stream === undefined || rules === undefined))
    return received;
  const { stream: source, ...reply } = received;
  const finalOf = finalsOf(request);
  if (reply.broken !== undefined) return { ...reply, live: failedBody(() => finalOf(reply.broken)) };
  if (source === undefined || rules === undefined) return reply;
  const { status } = reply;
  const { stream, ended } = watchStream({
    subject: request,
    status,
    source,
    maxBytes: rules.maxBytes,
    idleMs: timeout.attemptMs,
    unreadMs: timeout.totalMs,
    deadline: record?.deadline,
    signals: [record?.signal, rules.signal],
    clock,
    tap: rules.tap?.({ ...reply, url, redirected }),
    finalOf,
  });
  call.hold(ended);
  const tooLarge = (): unknown => finalOf(unreadable(request, status, 'too-large'));
  return { ...reply, live: createLiveBody(stream, request.maxBodyBytes, tooLarge) };
};
