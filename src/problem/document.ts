import { ProblemDocument } from 'http-problem-details';
import type { RequestContext } from '../context/index.ts';
import type { ProblemAnswer } from './answer.ts';
import type { Report } from './report.ts';

/** The ids that a problem document carries. */
export type ProblemIds = Pick<RequestContext, 'requestId' | 'correlationId' | 'traceId'>;

/** What a document says besides the answer itself. */
export interface ProblemPlace {
  /** What stands before the code in `type`. */
  readonly baseUri: string;
  readonly instance: string | undefined;
  readonly ids: ProblemIds;
}

type Member = NonNullable<unknown>;

/** A member as plain JSON data, or nothing: no getter, cycle or `toJSON` is left for the final serialisation. */
const plainMember = (value: unknown): Member | undefined => {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? undefined : (JSON.parse(json) ?? undefined);
};

/** Extension members as plain JSON data; those that cannot be written are reported and left out. */
export const plainMembers = (
  extensions: Readonly<Record<string, unknown>>,
  report: Report,
): Record<string, Member> => {
  const names = Object.keys(extensions);
  if (names.length === 0) return {};
  const members: [string, Member][] = [];
  for (const name of names) {
    try {
      const member = plainMember(extensions[name]);
      if (member !== undefined) members.push([name, member]);
    } catch (thrown) {
      report('an extension of an error cannot be written as JSON', thrown);
    }
  }
  return Object.fromEntries(members);
};

/**
 * The problem document of an answer: core members, `code` and ids, then the extensions. Nothing in it is `null`, and
 * writing it as JSON cannot fail.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3
 */
export const toDocument = (answer: ProblemAnswer, place: ProblemPlace, report: Report): ProblemDocument => {
  const { status, code, title, detail } = answer;
  const { requestId, correlationId, traceId } = place.ids;
  const members = { code, requestId, correlationId, traceId, ...plainMembers(answer.extensions, report) };
  const document = new ProblemDocument({ type: '', title, detail, status: 0 }, members);
  // The constructor would run them through the deprecated url.parse, which warns of some references and throws for
  // others; without a status it leaves the type alone. Of '/' that took 12 µs (Node 24).
  document.status = status;
  document.type = `${place.baseUri}${code}`;
  if (place.instance !== undefined) document.instance = place.instance;
  return document;
};
