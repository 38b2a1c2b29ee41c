import type { Readable } from 'node:stream';
import type { Reply, Subject } from './errors.ts';
import type { RequestHeaders } from './headers.ts';
import type { Target } from './url.ts';

/** One request on its way out. */
export interface OutgoingRequest extends Subject {
  readonly method: string;
  readonly target: Target;
  readonly headers: RequestHeaders;
  readonly body: string | Uint8Array | Readable | undefined;
  /** Where it is there, a good answer's body is not read but handed over. */
  readonly stream?: object | undefined;
  /** The most bytes of a body that are read. */
  readonly maxBodyBytes: number;
  /** Told at once as the signal aborts, and whether a connection stood by then over which the request goes out. */
  readonly onGivenUp?: ((reason: unknown, hasBegun: boolean) => void) | undefined;
}

/** What came: the whole answer, or one whose body is still to be read. */
export interface Received extends Reply {
  readonly stream?: Readable | undefined;
}
