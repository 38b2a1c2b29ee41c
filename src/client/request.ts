import type { RequestContext } from '../context/index.ts';
import type { JournalWriter } from '../policy/index.ts';
import type { RetryPlan, TimeoutLimits } from '../resilience/index.ts';
import type { Reply } from './errors.ts';
import type { RequestHeaders } from './headers.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { RequestBody } from './request-body.ts';
import type { BodyTap } from './stream-body.ts';
import type { UpstreamErrorRules } from './upstream-errors.ts';

/** A call as a fallback sees it: what it may need to stand in for it. Frozen. */
export interface ClientRequest {
  readonly method: string;
  /** Path as given, `:name` and all. */
  readonly path: string;
  readonly url: string;
  /** Credentials among them. What a fallback is given does not list them, so that no copy or serializer takes them along. */
  readonly headers: RequestHeaders;
}

/** What a fallback may see of a call. */
export const viewOf = ({ method, path, url, headers }: ClientRequest): ClientRequest =>
  Object.freeze(
    Object.defineProperty({ method, path, url, headers }, 'headers', {
      value: Object.freeze({ ...headers }),
      enumerable: false,
    }),
  );

/** Set by `.json()` on the call, before it starts. */
export interface Expectation {
  json: boolean;
}

/** What is known of an answer before its body, and where it came from. */
export interface StreamHead extends Pick<Reply, 'status' | 'headers'> {
  readonly url: string;
  readonly redirected: boolean;
}

/** What a body that is handed over as it comes keeps to. */
export interface StreamRules {
  /** The caller's own signal, which outlives the attempt. */
  readonly signal: AbortSignal | undefined;
  /** Makes one who looks on as the body of an answer passes by, if anybody wants to. */
  readonly tap?: ((came: StreamHead) => BodyTap | undefined) | undefined;
  /** The most bytes that may come, where the caller wrote a bound for just this call. */
  readonly maxBytes: number | undefined;
}

/** A call, read and checked, on its way through the stack. */
export interface PreparedRequest extends ClientRequest, Omit<OutgoingRequest, 'body' | 'onGivenUp'> {
  readonly content: RequestBody | undefined;
  /** The most redirects that are followed; 0 hands each one out. */
  readonly maxRedirects: number;
  readonly expectation: Expectation;
  /** The request being served, where there is one. */
  readonly record: RequestContext | undefined;
  /** Whether the record's ids may go to this host. */
  readonly propagate: boolean;
  /** Lower-case names of the headers that client or call wrote, or left out by writing `undefined`. */
  readonly decided: ReadonlySet<string>;
  readonly journal: JournalWriter;
  readonly repeatable: boolean;
  readonly retryStatuses: ReadonlySet<number>;
  readonly timeout: TimeoutLimits;
  readonly retry: RetryPlan;
  /** The call's own first. */
  readonly upstreamErrors: readonly UpstreamErrorRules[];
  readonly throwOnStatus: boolean;
  /** How a body is handed over as it comes; `undefined` where it is read whole. */
  readonly stream: StreamRules | undefined;
  /** Whether the client was closed before the call was made. */
  readonly isLate: boolean;
  /** Whether the cache has a part in this call. */
  readonly useCache: boolean;
  /** Whether the cache made it conditional: a 304 is no answer for the caller then. */
  readonly confirms: boolean;
}
