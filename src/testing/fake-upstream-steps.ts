import type { ServerResponse } from 'node:http';

/** An answer that a fake upstream gives. */
export interface UpstreamAnswer {
  /** @default 200, or 503 with `retryAfter` */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Sent as JSON, with its content type. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array | undefined;
  /** `Retry-After`: seconds, or a text sent as it is. */
  readonly retryAfter?: number | string | undefined;
}

/**
 * What a fake upstream does with one request: an answer, or a fault.
 *
 * - `reset`: the connection is reset before any answer
 * - `hang`: no answer, until somebody closes the connection
 * - `truncate`: a JSON answer that says it is longer than what comes, and then ends
 * - `garbage`: HTML that calls itself JSON
 * - `endless`: a JSON answer without end, until the caller closes the connection
 */
export type UpstreamStep = UpstreamAnswer | 'reset' | 'hang' | 'truncate' | 'garbage' | 'endless';

const JSON_TYPE = { 'content-type': 'application/json' };
const CHUNK = Buffer.alloc(64 * 1024, 0x20);

const answer = (response: ServerResponse, given: UpstreamAnswer): void => {
  const { retryAfter, json, body } = given;
  const headers = {
    ...(json === undefined ? {} : JSON_TYPE),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...given.headers,
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = given.status ?? (retryAfter === undefined ? 200 : 503);
  response.end(json === undefined ? body : JSON.stringify(json));
};

const pourWithoutEnd = (response: ServerResponse): void => {
  response.writeHead(200, JSON_TYPE);
  const pour = (): void => {
    while (!response.destroyed && response.write(CHUNK));
  };
  response.on('drain', pour);
  pour();
};

const truncate = (response: ServerResponse): void => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
  response.write('{"id":', () => response.destroy());
};

/** Does to `response` what `step` says. */
export const play = (step: UpstreamStep, response: ServerResponse): void => {
  switch (step) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'truncate':
      truncate(response);
      return;
    case 'garbage':
      answer(response, { headers: JSON_TYPE, body: '<!doctype html><title>Maintenance</title>' });
      return;
    case 'endless':
      pourWithoutEnd(response);
      return;
    default:
      answer(response, step);
  }
};
