import { describeValue, readSafely } from '../kernel/index.ts';
import {
  type BodyStream,
  discardStream,
  holdStream,
  isBodyStream,
  type OutgoingBody,
  openStream,
} from './body-stream.ts';
import { type BodyValue, readValue, type ValueContent } from './body-value.ts';

/** Makes the body of one attempt: a value, or a stream of its own. */
export type BodyFactory = () => BodyValue | BodyStream | Promise<BodyValue | BodyStream>;

/** The body of a call as users write it. */
export type BodyOption = BodyValue | BodyStream | BodyFactory;

/** The body of a call, read. */
export interface RequestBody {
  /** Content type, where it is known before an attempt begins. */
  readonly contentType: string | undefined;
  /** Whether it can be sent again; a stream flows by once. */
  readonly isReplayable: boolean;
  /** The body of the next attempt. Rejects with what the body itself fails with. */
  open(): Promise<OutgoingBody>;
  /** Ends a stream that no attempt took. */
  discard(): void;
}

/** The body as users write it: one of the two, or none. */
export interface BodyOptions {
  readonly json?: unknown;
  readonly body?: unknown;
}

const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD', 'TRACE'];
const nothing = (): undefined => undefined;

const openValue = async ({ contentType, content }: ValueContent): Promise<OutgoingBody> => ({
  content: await content(),
  contentType,
  failure: nothing,
  isOwed: () => false,
  dispose: nothing,
});

const valueBody = (value: ValueContent): RequestBody => ({
  contentType: value.contentType,
  isReplayable: true,
  open: () => openValue(value),
  discard: nothing,
});

const streamBody = (stream: BodyStream): RequestBody => {
  holdStream(stream);
  let taken = false;
  return {
    contentType: undefined,
    isReplayable: false,
    open: async () => {
      taken = true;
      return openStream(stream);
    },
    discard: () => {
      if (!taken) discardStream(stream);
    },
  };
};

const isFactory = (body: unknown): body is () => unknown => typeof body === 'function';

const unsendable = (what: string, body: unknown): TypeError =>
  new TypeError(
    `${what} must be a text, bytes, URLSearchParams, FormData, a Blob or a stream, but was ${describeValue(body)}`,
  );

const factoryBody = (make: () => unknown): RequestBody => ({
  contentType: undefined,
  isReplayable: true,
  open: async () => {
    const made = await make();
    const value = readValue(made);
    if (value !== undefined) return openValue(value);
    if (!isBodyStream(made)) throw unsendable('what "body" makes', made);
    holdStream(made);
    return openStream(made);
  },
  discard: nothing,
});

const jsonBody = (json: unknown): RequestBody => {
  const content = stringify(json);
  if (content === undefined)
    throw new TypeError(`"json" must be something that JSON can hold, but was ${describeValue(json)}`);
  return valueBody({ contentType: 'application/json', content: async () => content });
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
 * Reads the body of a call. Values are copied: an attempt that is made again sends what the first one sent.
 *
 * @throws TypeError for both `json` and `body`, for a body that cannot be sent, and for one where the method has none
 */
export const readRequestBody = (method: string, { json, body }: BodyOptions): RequestBody | undefined => {
  if (json === undefined && body === undefined) return undefined;
  if (json !== undefined && body !== undefined)
    throw new TypeError('"json" and "body" exclude each other: there is one body');
  if (WITHOUT_BODY.includes(method)) throw new TypeError(`a ${method} request has no body`);
  if (json !== undefined) return jsonBody(json);
  if (isFactory(body)) return factoryBody(body);
  const value = readValue(body);
  if (value !== undefined) return valueBody(value);
  if (isBodyStream(body)) return streamBody(body);
  throw unsendable('"body"', body);
};
