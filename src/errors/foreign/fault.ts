/** What an error of another library is answered with, in public words of our own: nothing of it is copied but what its recogniser names. */
export interface ForeignFault {
  /** Status of the answer, 400 to 599. */
  readonly status: number;
  /** Stable kebab-case code. @default the code of the status */
  readonly code?: string | undefined;
  /** Title of the problem type; only with a `code` of its own (RFC 9457 §3.1.3). @default the status phrase */
  readonly title?: string | undefined;
  /** Public text of this occurrence, a sentence. @default none */
  readonly detail?: string | undefined;
  /** Members added to the problem document. @default none */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** Response headers; those on the allow-list are validated and sent, whatever else is in it. @default none */
  readonly headers?: object | undefined;
  /** When to try again, in milliseconds. @default nothing is said */
  readonly retryAfterMs?: number | undefined;
  /** Whether the same request may succeed later. @default nothing is said */
  readonly retryable?: boolean | undefined;
  /** What the dependency said, as a status of HTTP; decides about another attempt, never about our answer. @default it said nothing */
  readonly upstreamStatus?: number | undefined;
  /** Whether time changes nothing: nobody will trust that certificate later, and nobody was asked. @default false */
  readonly lasting?: boolean | undefined;
}

/**
 * Knows errors of one library by their structure. Reads nothing but through `readSafely` and never throws; `undefined`
 * means "not mine".
 */
export type Recogniser = (error: unknown) => ForeignFault | undefined;

/** Tries recognisers in turn; the first that knows the error decides. */
export const firstOf =
  (...recognisers: readonly Recogniser[]): Recogniser =>
  (error) => {
    for (const recogniser of recognisers) {
      const fault = recogniser(error);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
