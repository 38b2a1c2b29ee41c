import type { ServerResponse } from 'node:http';
import type { Clock } from '../../kernel/index.ts';

/** An answer that a fake upstream gives. Its times run on the clock of the upstream. */
export interface UpstreamAnswer {
  /** @default 200, or 503 with `retryAfter` */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Sent as JSON, with its content type. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array | undefined;
  /** `Retry-After`: seconds, a moment that is written as an HTTP-date, or a text sent as it is. */
  readonly retryAfter?: number | Date | string | undefined;
  /** How long nothing comes, not even headers, in milliseconds. @default 0 */
  readonly delayMs?: number | undefined;
  /** How long the body stays away after the headers, in milliseconds. @default 0 */
  readonly bodyDelayMs?: number | undefined;
  /** Sends the body in pieces of so many bytes. @default the whole body at once, or 1024 with `everyMs` */
  readonly chunkBytes?: number | undefined;
  /** The time from one piece to the next, in milliseconds. @default 0 */
  readonly everyMs?: number | undefined;
}

export const JSON_TYPE: Readonly<Record<string, string>> = Object.freeze({
  'content-type': 'application/json',
});

const CHUNK_BYTES = 1024;

const retryAfterOf = (given: number | Date | string): string =>
  typeof given === 'object' ? given.toUTCString() : String(given);

const bodyOf = ({ json, body = '' }: UpstreamAnswer): Buffer =>
  // Buffer.from copies, whichever of the two it is given.
  json === undefined ? Buffer.from(body as Uint8Array) : Buffer.from(JSON.stringify(json));

const setHead = (given: UpstreamAnswer, bodyBytes: number, response: ServerResponse, date: string): void => {
  const { retryAfter, json } = given;
  const headers = {
    date,
    ...(bodyBytes === 0 ? {} : { 'content-length': String(bodyBytes) }),
    ...(json === undefined ? {} : JSON_TYPE),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfterOf(retryAfter) }),
    ...given.headers,
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Somebody who says how the body is coded must not say its length as well (RFC 9112 §6.2).
  if (response.hasHeader('transfer-encoding')) response.removeHeader('content-length');
  response.statusCode = given.status ?? (retryAfter === undefined ? 200 : 503);
};

/** Waits one after the other, which end with the response. */
const createWait = (response: ServerResponse, clock: Clock): ((ms: number, then: () => void) => void) => {
  let cancel = (): void => undefined;
  response.once('close', () => cancel());
  return (ms, then) => {
    if (ms === 0) then();
    else if (!response.destroyed) cancel = clock.setTimer(then, ms);
  };
};

/** Answers as `given` says. */
export const answer = (given: UpstreamAnswer, response: ServerResponse, clock: Clock): void => {
  const { delayMs = 0, bodyDelayMs = 0, chunkBytes, everyMs = 0 } = given;
  const wait = createWait(response, clock);
  const body = bodyOf(given);
  const pieceBytes = chunkBytes ?? (everyMs === 0 ? Math.max(1, body.byteLength) : CHUNK_BYTES);
  const sendFrom = (start: number): void => {
    const end = start + pieceBytes;
    if (end >= body.byteLength) {
      response.end(body.subarray(start));
      return;
    }
    response.write(body.subarray(start, end));
    wait(everyMs, () => sendFrom(end));
  };
  wait(delayMs, () => {
    setHead(given, body.byteLength, response, new Date(clock.wallTime()).toUTCString());
    if (bodyDelayMs > 0) response.flushHeaders();
    wait(bodyDelayMs, () => sendFrom(0));
  });
};
