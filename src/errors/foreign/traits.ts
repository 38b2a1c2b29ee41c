import { isArray } from '../../kernel/index.ts';
import { isFixedText } from './fixed-texts.ts';

/** What an error can have that recognisers look for before anything else, a bit each: one look decides which of them to ask. */
export const TRAIT = Object.freeze({
  cause: 2 ** 0,
  clientVersion: 2 ** 1,
  code: 2 ** 2,
  config: 2 ** 3,
  details: 2 ** 4,
  errorLabelSet: 2 ** 5,
  errors: 2 ** 6,
  isAxiosError: 2 ** 7,
  issues: 2 ** 8,
  metadata: 2 ** 9,
  output: 2 ** 10,
  query: 2 ** 11,
  raw: 2 ** 12,
  rawResponse: 2 ** 13,
  request: 2 ** 14,
  requestId: 2 ** 15,
  response: 2 ** 16,
  severity: 2 ** 17,
  status: 2 ** 18,
  timeout: 2 ** 19,
  timings: 2 ** 20,
  type: 2 ** 21,
  /** It is a list itself. */
  list: 2 ** 22,
  /** Its message is one of those that say all there is. */
  text: 2 ** 23,
  /** Its name is not one that the language gives. */
  name: 2 ** 24,
});

const ALL = 2 ** 25 - 1;

/** Names that say nothing of a library. */
const PLAIN_NAMES: ReadonlySet<unknown> = new Set([
  undefined,
  'AggregateError',
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/** Members that recognisers look for; whatever is there, `null` included, is for them to judge. */
interface Members {
  readonly [member: string]: unknown;
}

// Member by member: the same in a loop over their names costs ten times as much, as does one `readSafely` for each.
const membersOf = (error: Members): number =>
  (error.cause === undefined ? 0 : TRAIT.cause) |
  (error.clientVersion === undefined ? 0 : TRAIT.clientVersion) |
  (error.code === undefined ? 0 : TRAIT.code) |
  (error.config === undefined ? 0 : TRAIT.config) |
  (error.details === undefined ? 0 : TRAIT.details) |
  (error.errorLabelSet === undefined ? 0 : TRAIT.errorLabelSet) |
  (error.errors === undefined ? 0 : TRAIT.errors) |
  (error.isAxiosError === undefined ? 0 : TRAIT.isAxiosError) |
  (error.issues === undefined ? 0 : TRAIT.issues) |
  (error.$metadata === undefined ? 0 : TRAIT.metadata) |
  (error.output === undefined ? 0 : TRAIT.output) |
  (error.query === undefined ? 0 : TRAIT.query) |
  (error.raw === undefined ? 0 : TRAIT.raw) |
  (error.rawResponse === undefined ? 0 : TRAIT.rawResponse) |
  (error.request === undefined ? 0 : TRAIT.request) |
  // openai writes it without a value.
  ('requestID' in error ? TRAIT.requestId : 0) |
  (error.response === undefined ? 0 : TRAIT.response) |
  (error.severity === undefined ? 0 : TRAIT.severity) |
  (error.status === undefined ? 0 : TRAIT.status) |
  (error.timeout === undefined ? 0 : TRAIT.timeout) |
  (error.timings === undefined ? 0 : TRAIT.timings) |
  (error.type === undefined ? 0 : TRAIT.type);

/** The traits of a thrown value; all of them where it cannot be told. Never throws. */
export const traitsOf = (error: unknown): number => {
  if (typeof error !== 'object' || error === null) return ALL;
  try {
    // Whatever it is, its members are read, and unknown.
    const members = error as Members;
    return (
      membersOf(members) |
      (isArray(error) ? TRAIT.list : 0) |
      (isFixedText(members.message) ? TRAIT.text : 0) |
      (PLAIN_NAMES.has(members.name) ? 0 : TRAIT.name)
    );
  } catch {
    // A getter that throws, or a hostile proxy: recognisers read with care.
    return ALL;
  }
};
