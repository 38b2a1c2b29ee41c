import { onAbort, raceSignal } from '../kernel/index.ts';
import { nextTurn } from '../resilience/index.ts';
import type { OutgoingBody } from './body-stream.ts';
import { requestBodyError, type Subject, tooManyRedirects } from './errors.ts';
import { neverLeft } from './never-left.ts';
import { type Hop, nextHop, type RedirectScope } from './redirects.ts';
import type { PreparedRequest } from './request.ts';
import type { RequestBody } from './request-body.ts';
import type { Received, Transport } from './transport.ts';

/** What one attempt came back with, and from where. */
export interface Sent {
  readonly reply: Received;
  readonly url: string;
  readonly redirected: boolean;
}

/** Is told at once, as the signal of an attempt aborts, what that was at: its end says no more of the upstream than that. */
export interface AttemptWatch {
  readonly signal: AbortSignal;
  /** The attempt ended with `error` before anything of its request was sent. */
  unsent(error: unknown): void;
  /** It ended with `error` while we ourselves still owed what was to be sent. */
  unmade(error: unknown): void;
}

const openBody = async (subject: Subject, body: RequestBody, signal: AbortSignal): Promise<OutgoingBody> => {
  const opening = body.open();
  try {
    return await raceSignal(opening, signal);
  } catch (thrown) {
    // One that comes later, with nobody to send it, is not left open.
    opening.then((late) => late.dispose()).catch(() => undefined);
    throw signal.aborted ? signal.reason : requestBodyError(subject, thrown);
  }
};

/** Sends a body, and ends it. What it fails with is told apart from what the upstream does. */
const sendBody = async (
  request: PreparedRequest,
  body: OutgoingBody,
  send: () => Promise<Received>,
  signal: AbortSignal,
): Promise<Received> => {
  const ownFailure = (): void => {
    const failure = signal.aborted ? undefined : body.failure();
    if (failure !== undefined) throw requestBodyError(request, failure.error);
  };
  try {
    const received = await send();
    // An answer to half a request may break off with it.
    if (received.broken !== undefined) ownFailure();
    // What is asked may still flow while the answer does.
    if (received.stream === undefined) body.dispose();
    else received.stream.once('close', () => body.dispose());
    return received;
  } catch (thrown) {
    body.dispose();
    ownFailure();
    throw thrown;
  }
};

/** Sends one request with a body of its own. */
const sendHop = async (
  transport: Transport,
  request: PreparedRequest,
  hop: Hop,
  watch: AttemptWatch,
): Promise<Received> => {
  const { dependency, label, stream, maxBodyBytes } = request;
  const { method, target, headers, content } = hop;
  const { signal } = watch;
  let owesBody = (): boolean => content !== undefined;
  let begun = false;
  const stopWatching = onAbort(signal, () => {
    if (owesBody()) watch.unmade(signal.reason);
    else if (!begun) watch.unsent(signal.reason);
  });
  const onBegin = (): void => {
    begun = true;
  };
  const outgoing = { dependency, label, method, target, stream, maxBodyBytes, onBegin };
  try {
    if (content === undefined) return await transport.send({ ...outgoing, headers, body: undefined }, signal);
    const body = await openBody(request, content, signal);
    owesBody = body.isOwed;
    const { contentType } = body;
    const isTold = contentType === undefined || request.decided.has('content-type');
    const all = isTold ? headers : { 'content-type': contentType, ...headers };
    const send = () => transport.send({ ...outgoing, headers: all, body: body.content }, signal);
    return await sendBody(request, body, send, signal);
  } finally {
    stopWatching();
  }
};

const placeOf = ({ method, target }: Hop): string => `${method} ${target.href}`;

/**
 * Sends a request, and follows where it is redirected to, all within one attempt. Each answer on the way is read to its
 * end, so that its connection serves the next.
 *
 * @throws UpstreamResponseError with the reason `too-many-redirects`, also for a loop
 */
export const sendFollowing = async (
  transport: Transport,
  scope: RedirectScope,
  request: PreparedRequest,
  watch: AttemptWatch,
): Promise<Sent> => {
  const { method, target, headers, content, maxRedirects } = request;
  let hop: Hop = { method, target, headers, content };
  const places = new Set<string>();
  for (;;) {
    // What was redirected was sent.
    const unsent = places.size === 0 ? watch.unsent : () => undefined;
    const reply = await sendHop(transport, request, hop, { ...watch, unsent }).catch((error: unknown) => {
      if (neverLeft(error)) unsent(error);
      throw error;
    });
    const next = maxRedirects === 0 ? undefined : nextHop(hop, reply, scope);
    if (next === undefined) return { reply, url: hop.target.href, redirected: places.size > 0 };
    places.add(placeOf(hop));
    if (places.size > maxRedirects || places.has(placeOf(next)))
      throw tooManyRedirects(request, reply.status);
    hop = next;
    // undici takes a connection back in the turn after its answer ended: whoever asks at once would get a second one.
    await nextTurn();
  }
};
