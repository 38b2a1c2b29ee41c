import { type Abortable, onAbort, raceSignal } from '../kernel/index.ts';
import { nextTurn } from '../resilience/index.ts';
import type { OutgoingBody } from './body-stream.ts';
import { requestBodyError, type Subject, tooManyRedirects } from './errors.ts';
import { neverLeft } from './never-left.ts';
import type { OutgoingRequest, Received } from './outgoing-request.ts';
import { type Hop, nextHop, type RedirectScope } from './redirects.ts';
import type { PreparedRequest } from './request.ts';
import type { RequestBody } from './request-body.ts';
import type { Transport } from './transport.ts';

/** What one attempt came back with, and from where. */
export interface Sent {
  readonly reply: Received;
  readonly url: string;
  readonly redirected: boolean;
}

/** Is told at once, as the signal of an attempt aborts, what that was at: its end says no more of the upstream than that. */
export interface AttemptWatch {
  readonly signal: Abortable;
  /** The attempt ended with `error` before anything of its request was sent. */
  unsent(error: unknown): void;
  /** It ended with `error` while we ourselves still owed what was to be sent. */
  unmade(error: unknown): void;
}

const openBody = async (subject: Subject, body: RequestBody, signal: Abortable): Promise<OutgoingBody> => {
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
  signal: Abortable,
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

/** Sends one request with the body that it has. */
const sendWithBody = async (
  transport: Transport,
  request: PreparedRequest,
  outgoing: OutgoingRequest,
  content: RequestBody,
  { signal, unsent, unmade }: AttemptWatch,
): Promise<Received> => {
  const stopWatching = onAbort(signal, () => unmade(signal.reason));
  const body = await openBody(request, content, signal).finally(stopWatching);
  const { contentType } = body;
  const { headers } = outgoing;
  const isTold = contentType === undefined || request.decided.has('content-type');
  const whole = {
    ...outgoing,
    headers: isTold ? headers : { 'content-type': contentType, ...headers },
    body: body.content,
    onGivenUp: (reason: unknown, hasBegun: boolean): void => {
      if (body.isOwed()) unmade(reason);
      else if (!hasBegun) unsent(reason);
    },
  };
  return sendBody(request, body, () => transport.send(whole, signal), signal);
};

/** Sends one request. No function waits in between that need not: each such costs its call half a microsecond. */
const sendHop = (
  transport: Transport,
  request: PreparedRequest,
  { method, target, headers, content }: Hop,
  watch: AttemptWatch,
): Promise<Received> => {
  const { dependency, label, stream, maxBodyBytes } = request;
  const { unsent } = watch;
  const onGivenUp = (reason: unknown, hasBegun: boolean): void => {
    if (!hasBegun) unsent(reason);
  };
  const body = undefined;
  const outgoing = { dependency, label, method, target, headers, body, stream, maxBodyBytes, onGivenUp };
  return content === undefined
    ? transport.send(outgoing, watch.signal)
    : sendWithBody(transport, request, outgoing, content, watch);
};

const placeOf = ({ method, target }: Hop): string => `${method} ${target.href}`;

const NOWHERE: ReadonlySet<string> = new Set();

/** What one attempt is sent with. */
export interface Way<T> {
  readonly transport: Transport;
  readonly scope: RedirectScope;
  /** Makes of what came what the attempt gives. */
  readonly take: (sent: Sent) => T;
}

/**
 * Sends a request, and follows where it is redirected to, all within one attempt. Each answer on the way is read to its
 * end, so that its connection serves the next.
 *
 * @param hop where the attempt begins, or goes on
 * @param places where it has been
 * @throws UpstreamResponseError with the reason `too-many-redirects`, also for a loop
 */
export const sendFollowing = <T>(
  way: Way<T>,
  request: PreparedRequest,
  hop: Hop,
  watch: AttemptWatch,
  places: ReadonlySet<string> = NOWHERE,
): Promise<T> => {
  const { maxRedirects } = request;
  const redirected = places.size > 0;
  // What was redirected was sent.
  const hopWatch = redirected ? { ...watch, unsent: () => undefined } : watch;
  return sendHop(way.transport, request, hop, hopWatch).then(
    (reply) => {
      const next = maxRedirects === 0 ? undefined : nextHop(hop, reply, way.scope);
      if (next === undefined) return way.take({ reply, url: hop.target.href, redirected });
      const passed = new Set([...places, placeOf(hop)]);
      if (passed.size > maxRedirects || passed.has(placeOf(next)))
        throw tooManyRedirects(request, reply.status);
      // undici takes a connection back in the turn after its answer ended: whoever asks at once would get a second one.
      return nextTurn().then(() => sendFollowing(way, request, next, watch, passed));
    },
    (error: unknown) => {
      if (neverLeft(error)) hopWatch.unsent(error);
      throw error;
    },
  );
};
