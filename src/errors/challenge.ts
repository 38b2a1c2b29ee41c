import type { BreakwaterErrorOptions } from './base.ts';

/** The parts of a challenge; the names on the wire are those of RFC 6750 §3. */
export interface ChallengeParts {
  /** Name of the scheme: `Bearer`, `Basic`, `DPoP`. */
  readonly scheme: string;
  /** What is protected. */
  readonly realm?: string | undefined;
  /** Scopes that would do, separated by spaces. */
  readonly scope?: string | undefined;
  /** `invalid_request`, `invalid_token`, `insufficient_scope`, or another word of the scheme. */
  readonly error?: string | undefined;
  /** What is wrong, for developers; goes on the wire as `error_description`. Public. */
  readonly errorDescription?: string | undefined;
  /** A page that explains the error; goes on the wire as `error_uri`. */
  readonly errorUri?: string | undefined;
  /** Other parameters, by the names that they have on the wire: `nonce`, `resource_metadata`. */
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/** A challenge: a whole field value as it goes on the wire, or its parts. */
export type Challenge = string | ChallengeParts;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
// Visible ASCII: what else a field may hold, not every recipient reads alike.
const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}(?: [ -~]{1,1999})?$/;
const QUOTED = /"(?:[^"\\]|\\.)*"/g;
const ESCAPED = /["\\]/g;
const MAX_VALUE_LENGTH = 500;

/** A quoted string of visible ASCII: nothing in it ends the quotes, and no control character is left (RFC 9110 §5.6.4). */
const quote = (value: string): string =>
  `"${value
    .slice(0, MAX_VALUE_LENGTH)
    .replace(/[^ -~]+/g, ' ')
    .replace(ESCAPED, '\\$&')}"`;

/** RFC 6750 §3 has neither quotes nor backslashes in these, not even escaped ones. */
const plain = (value: string): string => value.replace(ESCAPED, "'");

const partsOf = (given: ChallengeParts): readonly (readonly [string, unknown])[] => {
  const { realm, scope, error, errorDescription, errorUri, params } = given;
  const bearer = { scope, error, error_description: errorDescription, error_uri: errorUri };
  return [
    ['realm', realm],
    ...Object.entries(bearer).map(
      ([name, value]) => [name, typeof value === 'string' ? plain(value) : undefined] as const,
    ),
    ...Object.entries(params ?? {}),
  ];
};

const join = (given: ChallengeParts): string | undefined => {
  if (typeof given.scheme !== 'string' || !TOKEN.test(given.scheme)) return undefined;
  const seen = new Set<string>();
  const params: string[] = [];
  for (const [name, value] of partsOf(given)) {
    // A parameter must not occur twice (RFC 9110 §11.2); the first says what counts.
    if (typeof value !== 'string' || !TOKEN.test(name) || seen.has(name.toLowerCase())) continue;
    seen.add(name.toLowerCase());
    params.push(`${name}=${quote(value)}`);
  }
  return params.length === 0 ? given.scheme : `${given.scheme} ${params.join(', ')}`;
};

/** Whether every quote that is opened is closed, so that nobody reads on into what another adds to the field. */
const isWhole = (value: string): boolean => FIELD.test(value) && !value.replace(QUOTED, '').includes('"');

/**
 * The value of `WWW-Authenticate`; `undefined` for what can be none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export const formatChallenge = (challenge: Challenge): string | undefined => {
  if (typeof challenge === 'string') return isWhole(challenge) ? challenge : undefined;
  return typeof challenge === 'object' && challenge !== null ? join(challenge) : undefined;
};

const NAME = 'WWW-Authenticate';

/** The options of an error with its challenge among the headers, in place of one that stands there. */
export const withChallenge = (
  options: (BreakwaterErrorOptions & { readonly challenge?: Challenge | undefined }) | undefined,
): BreakwaterErrorOptions | undefined => {
  if (options?.challenge === undefined) return options;
  const value = formatChallenge(options.challenge);
  if (value === undefined) return options;
  const others = Object.entries(options.headers ?? {}).filter(
    ([name]) => name.toLowerCase() !== NAME.toLowerCase(),
  );
  return { ...options, headers: { ...Object.fromEntries(others), [NAME]: value } };
};
