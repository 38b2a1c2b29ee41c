import { raceSignal } from '../kernel/index.ts';
import type { OutgoingBody } from './body-stream.ts';
import { requestBodyError, type Subject, tooManyRedirects } from './errors.ts';
import { type Hop, nextHop, type RedirectScope } from './redirects.ts';
import type { PreparedRequest } from './request.ts';
import type { RequestBody } from './request-body.ts';
import type { Received, Transport } from './transport.ts';
import { nextTurn } from './turn.ts';

/** What one attempt came back with, and from where. */
export interface Sent {
  readonly reply: Received;
  readonly url: string;
  readonly redirected: boolean;
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

/** Sends one request with a body of its own. What that fails with is told apart from what the upstream does. */
const sendHop = async (
  transport: Transport,
  request: PreparedRequest,
  hop: Hop,
  signal: AbortSignal,
): Promise<Received> => {
  const { dependency, label, stream, maxBodyBytes } = request;
  const { method, target, headers, content } = hop;
  const outgoing = { dependency, label, method, target, stream, maxBodyBytes };
  if (content === undefined) return transport.send({ ...outgoing, headers, body: undefined }, signal);
  const body = await openBody(request, content, signal);
  const { contentType } = body;
  const isTold = contentType === undefined || request.decided.has('content-type');
  const all = isTold ? headers : { 'content-type': contentType, ...headers };
  try {
    const received = await transport.send({ ...outgoing, headers: all, body: body.content }, signal);
    // What is asked may still flow while the answer does.
    if (received.stream === undefined) body.dispose();
    else received.stream.once('close', () => body.dispose());
    return received;
  } catch (thrown) {
    const failure = signal.aborted ? undefined : body.failure();
    body.dispose();
    throw failure === undefined ? thrown : requestBodyError(request, failure.error);
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
  { signal, onFirstFailure }: { signal: AbortSignal; onFirstFailure: (error: unknown) => void },
): Promise<Sent> => {
  const { method, target, headers, content, maxRedirects } = request;
  let hop: Hop = { method, target, headers, content };
  const places = new Set<string>();
  for (;;) {
    const reply = await sendHop(transport, request, hop, signal).catch((error: unknown) => {
      if (places.size === 0) onFirstFailure(error);
      throw error;
    });
    const next = maxRedirects === 0 ? undefined : nextHop(hop, reply, scope);
    if (next === undefined) return { reply, url: hop.target.href, redirected: places.size > 0 };
    places.add(placeOf(hop));
    if (places.size > maxRedirects || places.has(placeOf(next)))
      throw tooManyRedirects(request, reply.status);
    hop = next;
    await nextTurn();
  }
};
