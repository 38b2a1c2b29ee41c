import { traitsOf } from './traits.ts';

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

/** A recogniser that finds nothing unless an error has one of some traits. */
export interface KnownBy extends Recogniser {
  readonly traits: number;
  /** Those that it tries in turn, where it is several. */
  readonly parts?: readonly KnownBy[];
}

/** Says which traits (`TRAIT`) a recogniser's errors have: others are not shown to it. */
export const knownBy = (traits: number, recogniser: Recogniser): KnownBy =>
  Object.assign(recogniser, { traits });

/** Tries recognisers in turn, those whose traits an error has; the first that knows the error decides. */
export const firstOf = (...recognisers: readonly KnownBy[]): KnownBy => {
  const parts = recognisers.flatMap((each) => each.parts ?? [each]);
  const traits = parts.reduce((all, part) => all | part.traits, 0);
  const recognise: Recogniser = (error) => {
    const found = traitsOf(error);
    if ((found & traits) === 0) return undefined;
    for (const part of parts) {
      const fault = (found & part.traits) === 0 ? undefined : part(error);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  return Object.assign(recognise, { traits, parts });
};
