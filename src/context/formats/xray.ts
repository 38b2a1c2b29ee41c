import { type ForeignParent, type FormatIds, notZero, type ReadHeader } from './formats.ts';

const NAME = 'x-amzn-trace-id';
/** Longer ones are ignored: the three fields that are read take 75 characters, balancers and proxies add theirs. */
const MAX_LENGTH = 1_024;

const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const SAMPLED: ReadonlyMap<string | undefined, boolean> = new Map([
  ['1', true],
  ['0', false],
]);

/** The fields by lower-case name; nothing where one that is read stands twice. */
const fieldsOf = (header: string): ReadonlyMap<string, string> | undefined => {
  const fields = new Map<string, string>();
  for (const part of header.toLowerCase().split(';')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).trim();
    if (fields.has(name) && ['root', 'parent', 'sampled'].includes(name)) return undefined;
    fields.set(name, part.slice(equals + 1).trim());
  }
  return fields;
};

/**
 * Reads `X-Amzn-Trace-Id`: `Root`, `Parent` and `Sampled` in any order among other fields. A load balancer sends `Root`
 * alone.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export const readXray = (header: ReadHeader): ForeignParent | undefined => {
  const given = header(NAME);
  if (given === undefined || given.length > MAX_LENGTH) return undefined;
  const fields = fieldsOf(given);
  const [, time = '', rest = ''] = ROOT.exec(fields?.get('root') ?? '') ?? [];
  const traceId = notZero(time + rest || undefined);
  if (fields === undefined || traceId === undefined) return undefined;
  const parent = fields.get('parent') ?? '';
  const spanId = SPAN_ID.test(parent) ? notZero(parent) : undefined;
  return { traceId, spanId, sampled: SAMPLED.get(fields.get('sampled')) };
};

/** `X-Amzn-Trace-Id` with the fields `Root`, `Parent` and `Sampled`. */
export const formatXray: FormatIds = ({ traceId, spanId, sampled }) => ({
  [NAME]: `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${sampled ? 1 : 0}`,
});
