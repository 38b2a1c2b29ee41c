import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { HeaderFields } from '../cache/index.ts';
import { brokenBody, decodeContent } from './content-coding.ts';
import { createDispatcher, type DispatcherSetup, type TellingOptions, tellingBegin } from './dispatcher.ts';
import { invalidHttp, type Reply, type Subject, transportError, unreadable } from './errors.ts';
import type { RequestHeaders } from './headers.ts';

/** One request on its way out. */
export interface OutgoingRequest extends Subject {
  readonly method: string;
  readonly target: URL;
  readonly headers: RequestHeaders;
  readonly body: string | Uint8Array | Readable | undefined;
  /** Where it is there, a good answer's body is not read but handed over. */
  readonly stream?: object | undefined;
  /** The most bytes of a body that are read. @default the transport's */
  readonly maxBodyBytes?: number | undefined;
  /** Told when a connection stands, just before the request goes out over it. */
  readonly onBegin?: (() => void) | undefined;
}

/** What came: the whole answer, or one whose body is still to be read. */
export interface Received extends Reply {
  readonly stream?: Readable | undefined;
}

/** What a transport is made of. */
export interface TransportSetup extends DispatcherSetup {
  /** The most bytes of a body that are read. */
  readonly maxBodyBytes: number;
}

/** Sends requests over connections of its own. */
export interface Transport {
  /**
   * Sends one request and reads the whole answer; of one that is to be streamed, the body only from 300 on. From there on
   * an answer is one by its status and headers alone: what is wrong with its body is told in `broken`.
   *
   * @throws the signal's reason once that aborted, else an upstream error
   */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Received>;
  /** Lets requests under way end, and closes every connection. */
  close(): Promise<void>;
}

/** The whole body, or `undefined` for one that is longer than allowed: then the connection is given up. */
export const readBody = async (
  body: AsyncIterable<Uint8Array>,
  maxBodyBytes: number,
): Promise<Uint8Array | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};

const NOTHING = new Uint8Array();

/** Answers that may name the coding of a body that does not come (RFC 9110 §6.4.1). */
const hasNoBody = ({ method }: OutgoingRequest, status: number, headers: HeaderFields): boolean =>
  method === 'HEAD' || [204, 205, 304].includes(status) || headers['content-length'] === '0';

/** A pool of connections per origin, under no timer but ours. */
export const createTransport = (setup: TransportSetup): Transport => {
  const { maxBodyBytes } = setup;
  const dispatcher = createDispatcher(setup);
  const asking = dispatcher.compose(tellingBegin);

  const begin = async (request: OutgoingRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const { method, target, headers, body, onBegin } = request;
    const options: TellingOptions = { onBegin };
    try {
      return await asking.request({
        ...options,
        origin: target.origin,
        path: target.pathname + target.search,
        // Any token is a method; undici's type lists the common ones.
        method: method as Dispatcher.HttpMethod,
        headers: { ...headers },
        body: body ?? null,
        signal,
      });
    } catch (thrown) {
      throw signal.aborted ? signal.reason : transportError(request, thrown);
    }
  };

  const readWhole = async (
    request: OutgoingRequest,
    { status, body }: { readonly status: number; readonly body: Readable },
    signal: AbortSignal,
  ): Promise<Pick<Reply, 'body' | 'broken'>> => {
    try {
      const content = await readBody(body, request.maxBodyBytes ?? maxBodyBytes);
      if (content !== undefined) return { body: content };
      return { body: NOTHING, broken: unreadable(request, status, 'too-large') };
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      return { body: NOTHING, broken: brokenBody(request, status, thrown) };
    }
  };

  let closing: Promise<void> | undefined;

  return Object.freeze<Transport>({
    send: async (request, signal) => {
      const { statusCode: status, ...answer } = await begin(request, signal);
      const isEmpty = hasNoBody(request, status, answer.headers);
      const { headers, body } = isEmpty ? answer : decodeContent(answer);
      // RFC 9110 §15: the first digit is 1 to 5, and 1 is no final answer.
      const isHttp = status >= 200 && status <= 599;
      if (request.stream !== undefined && isHttp && status < 300 && !isEmpty)
        return { status, headers, body: NOTHING, stream: body };
      const content = await readWhole(request, { status, body }, signal);
      if (!isHttp) throw invalidHttp(request);
      if (content.broken !== undefined && status < 300) throw content.broken;
      return { status, headers, ...content };
    },
    // undici's own rejects when it is asked again later.
    close: () => {
      closing ??= dispatcher.close().then(() => undefined);
      return closing;
    },
  });
};
