import { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { HeaderFields } from '../cache/index.ts';
import { type Abortable, onAbort } from '../kernel/index.ts';
import { brokenBody, decodeContent } from './content-coding.ts';
import { invalidHttp, type Reply, transportError, unreadable } from './errors.ts';
import type { OutgoingRequest, Received } from './outgoing-request.ts';

type Controller = Dispatcher.DispatchController;

const NOTHING = new Uint8Array();

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

const BODILESS: readonly number[] = [204, 205, 304];

/** Answers that may name the coding of a body that does not come (RFC 9110 §6.4.1). */
const hasNoBody = (method: string, status: number, headers: HeaderFields): boolean =>
  method === 'HEAD' || BODILESS.includes(status) || headers['content-length'] === '0';

/** A body as it comes, and no faster than it is read. To destroy it before its end closes the connection. */
const streamOf = (controller: Controller): Readable => {
  const stream = new Readable({
    read: () => controller.resume(),
    destroy: (given, done) => {
      const error = given ?? (stream.readableEnded ? null : new errors.RequestAbortedError());
      if (error !== null) controller.abort(error);
      done(error);
    },
  });
  // It may break before anybody listens.
  return stream.on('error', () => undefined);
};

/** It may be anything; undici and streams hand on whatever they are told. */
const reasonOf = ({ reason }: Abortable): Error => reason as Error;

/** Who waits for an answer. */
export interface Receiver {
  resolve(received: Received): void;
  reject(reason: unknown): void;
}

/**
 * One answer on its way in. A body that is read whole is collected as it comes: undici's `request()` makes a stream with
 * its listeners of each, which costs 20 µs on Node 24. Only what is handed over, or has a coding, becomes one.
 */
export class Incoming implements Dispatcher.DispatchHandler {
  readonly #request: OutgoingRequest;
  readonly #signal: Abortable;
  readonly #receiver: Receiver;
  readonly #stopListening: () => void;
  #controller: Controller | undefined;
  #status = 0;
  #headers: HeaderFields = {};
  #stream: Readable | undefined;
  #first: Uint8Array | undefined;
  #more: Uint8Array[] | undefined;
  #size = 0;

  constructor(request: OutgoingRequest, signal: Abortable, receiver: Receiver) {
    this.#request = request;
    this.#signal = signal;
    this.#receiver = receiver;
    this.#stopListening = onAbort(signal, () => this.#giveUp());
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(reasonOf(this.#signal));
  }

  onResponseStart(controller: Controller, status: number, headers: HeaderFields): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const { method, stream } = this.#request;
    if (hasNoBody(method, status, headers)) return;
    if (stream !== undefined && status < 300) this.#handOver(controller);
    else if (headers['content-encoding'] !== undefined) this.#decode(controller);
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#stream !== undefined) {
      if (!this.#stream.push(chunk)) controller.pause();
      return;
    }
    this.#size += chunk.byteLength;
    if (this.#size > this.#request.maxBodyBytes) {
      this.#settle(NOTHING, this.#tooLarge());
      controller.abort(new errors.RequestAbortedError());
    } else if (this.#first === undefined) this.#first = chunk;
    else {
      this.#more ??= [this.#first];
      this.#more.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.#stream !== undefined) this.#stream.push(null);
    else if (this.#more === undefined) this.#settle(this.#first ?? NOTHING);
    else this.#settle(Buffer.concat(this.#more, this.#size));
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    const stream = this.#stream;
    // What came before is read first.
    if (stream !== undefined) queueMicrotask(() => stream.destroy(error));
    else this.#break(error);
  }

  /** Ends at once what has begun; what has not, once it would begin. */
  #giveUp(): void {
    const reason = reasonOf(this.#signal);
    this.#request.onGivenUp?.(reason, this.#controller !== undefined);
    if (this.#stream !== undefined) this.#stream.destroy(reason);
    else this.#controller?.abort(reason);
  }

  #open(controller: Controller): Readable {
    const stream = streamOf(controller).once('close', this.#stopListening);
    const { headers, body } = decodeContent({ headers: this.#headers, body: stream });
    this.#stream = stream;
    this.#headers = headers;
    return body;
  }

  #handOver(controller: Controller): void {
    const stream = this.#open(controller);
    this.#receiver.resolve({ status: this.#status, headers: this.#headers, body: NOTHING, stream });
  }

  #decode(controller: Controller): void {
    readBody(this.#open(controller), this.#request.maxBodyBytes).then(
      (body) => (body === undefined ? this.#settle(NOTHING, this.#tooLarge()) : this.#settle(body)),
      (thrown: unknown) => this.#break(thrown),
    );
  }

  #tooLarge(): Reply['broken'] {
    return unreadable(this.#request, this.#status, 'too-large');
  }

  /** No answer came, or not all of it. */
  #break(error: unknown): void {
    if (this.#signal.aborted) this.#fail(this.#signal.reason);
    else if (this.#status === 0) this.#fail(transportError(this.#request, error));
    else this.#settle(NOTHING, brokenBody(this.#request, this.#status, error));
  }

  #settle(body: Uint8Array, broken?: Reply['broken']): void {
    const status = this.#status;
    // RFC 9110 §15: the first digit is 1 to 5, and 1 is no final answer.
    if (status > 599) this.#fail(invalidHttp(this.#request));
    else if (broken !== undefined && status < 300) this.#fail(broken);
    else {
      this.#stopListening();
      this.#receiver.resolve({ status, headers: this.#headers, body, broken });
    }
  }

  #fail(reason: unknown): void {
    this.#stopListening();
    this.#receiver.reject(reason);
  }
}
