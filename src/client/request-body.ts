import { types } from 'node:util';
import { describeValue, readSafely } from '../kernel/index.ts';

/** A body that can be sent again and again. */
export interface RequestBody {
  readonly content: string | Uint8Array;
  readonly contentType: string | undefined;
}

/** The body as users write it: one of the two, or none. */
export interface BodyOptions {
  readonly json?: unknown;
  readonly body?: string | Uint8Array | undefined;
}

const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD', 'TRACE'];

const jsonBody = (json: unknown): RequestBody => {
  const content = stringify(json);
  if (content === undefined)
    throw new TypeError(`"json" must be something that JSON can hold, but was ${describeValue(json)}`);
  return { content, contentType: 'application/json' };
};

const stringify = (json: unknown): string | undefined => {
  try {
    return JSON.stringify(json);
  } catch (cause) {
    throw new TypeError(`"json" cannot be written as JSON: ${String(readSafely(cause, 'message'))}`, {
      cause,
    });
  }
};

/**
 * Reads the body of a call. Bytes are copied: an attempt that is made again sends what the first one sent.
 *
 * @throws TypeError for both `json` and `body`, for a body that cannot be sent, and for one where the method has none
 */
export const readRequestBody = (method: string, { json, body }: BodyOptions): RequestBody | undefined => {
  if (json === undefined && body === undefined) return undefined;
  if (json !== undefined && body !== undefined)
    throw new TypeError('"json" and "body" exclude each other: there is one body');
  if (WITHOUT_BODY.includes(method)) throw new TypeError(`a ${method} request has no body`);
  if (json !== undefined) return jsonBody(json);
  if (typeof body === 'string') return { content: body, contentType: 'text/plain;charset=UTF-8' };
  if (!types.isUint8Array(body))
    throw new TypeError(`"body" must be a text, a Buffer or a Uint8Array, but was ${describeValue(body)}`);
  return { content: Uint8Array.from(body), contentType: undefined };
};
