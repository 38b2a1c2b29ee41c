import { type HeaderSource, linesOf } from './header-lines.ts';
import type { RejectedId } from './record.ts';

/** Response and request header of the request id. */
export const REQUEST_ID_HEADER = 'X-Request-ID';
/** Response and request header of the correlation id. */
export const CORRELATION_ID_HEADER = 'X-Correlation-ID';

const MAX_LENGTH = 128;
const WELL_FORMED = /^[A-Za-z0-9._:/+=@~-]+$/;

/** What a request says of one id. */
export interface GivenId {
  /** The id, where it is well-formed. */
  readonly id?: string;
  /** Why what was sent is none. */
  readonly rejected?: RejectedId;
}

const NOTHING: GivenId = Object.freeze({});

const faultOf = (lines: readonly string[]): RejectedId['reason'] | undefined => {
  const [id = ''] = lines;
  if (lines.length > 1) return 'duplicate';
  if (id === '') return 'empty';
  if (id.length > MAX_LENGTH) return 'too-long';
  return WELL_FORMED.test(id) ? undefined : 'malformed';
};

/**
 * The id in the first of these headers (names in lower case) that was sent at all. One that is sent twice, empty,
 * longer than 128 characters or written with others than `A-Z a-z 0-9 . _ : / + = @ ~ -` is none, and the headers after
 * it are not asked: who sends a bad id is not to choose another one by a second name.
 */
export const readId = (source: HeaderSource, names: readonly string[]): GivenId => {
  for (const header of names) {
    const lines = linesOf(source, header);
    if (lines.length === 0) continue;
    const reason = faultOf(lines);
    if (reason === undefined) return { id: lines[0] ?? '' };
    const length = lines.reduce((sum, line) => sum + line.length, 0);
    return { rejected: Object.freeze({ header, reason, length }) };
  }
  return NOTHING;
};

/** Whether `value` can be an id: for those that no HTTP parser has seen. */
export const isWellFormedId = (value: unknown): value is string =>
  typeof value === 'string' && faultOf([value]) === undefined;
