/** What a strict reader takes from headers that were sent; it throws for anything that W3C does not allow. */
export interface StrictTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly state: ReadonlyMap<string, string>;
}

const refuse = (what: string, value: unknown): never => {
  throw new Error(`${what}: ${JSON.stringify(value)}`);
};

const isHex = (text: string, length: number): boolean =>
  text.length === length && [...text].every((digit) => '0123456789abcdef'.includes(digit));

const isId = (text: string, length: number): boolean => isHex(text, length) && text !== '0'.repeat(length);

const isKey = (key: string): boolean =>
  key.length >= 1 && key.length <= 256 && /^[a-z0-9]/.test(key) && /^[a-z0-9_*/@-]*$/.test(key);

const isValue = (value: string): boolean =>
  value.length >= 1 &&
  value.length <= 256 &&
  !value.endsWith(' ') &&
  [...value].every((char) => char >= ' ' && char <= '~' && char !== ',' && char !== '=');

/** A `tracestate` header, members that are empty not allowed: we never send one. */
export const strictTracestate = (header: string): ReadonlyMap<string, string> => {
  const members = header.split(',');
  if (members.length > 32) refuse('too many members', members.length);
  const state = new Map<string, string>();
  for (const member of members) {
    const [key = '', value = '', ...more] = member.split('=');
    if (more.length > 0 || !isKey(key) || !isValue(value) || state.has(key)) refuse('bad member', member);
    state.set(key, value);
  }
  return state;
};

/** The trace in headers as they were sent, names and values in turn; every header at most once. */
export const strictTrace = (rawHeaders: readonly string[]): StrictTrace => {
  const linesOf = (name: string): readonly string[] =>
    rawHeaders.filter((_line, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
  const parents = linesOf('traceparent');
  const states = linesOf('tracestate');
  if (parents.length !== 1) refuse('not one traceparent', parents);
  if (states.length > 1) refuse('several tracestates', states);
  const [parent = ''] = parents;
  const [version = '', traceId = '', spanId = '', flags = '', ...more] = parent.split('-');
  const well = version === '00' && isId(traceId, 32) && isId(spanId, 16) && isHex(flags, 2);
  if (!well || more.length > 0 || Number.parseInt(flags, 16) > 3) refuse('bad traceparent', parent);
  const [state] = states;
  return {
    traceId,
    spanId,
    flags: Number.parseInt(flags, 16),
    state: state === undefined ? new Map() : strictTracestate(state),
  };
};

const BAGGAGE_MEMBER =
  /^[!#$%&'*+.^_`|~\w-]+=[!#-+\--:<-[\]-~]*(;[!#$%&'*+.^_`|~\w-]+(=[!#-+\--:<-[\]-~]*)?)*$/;

/** The keys of a `baggage` header. */
export const strictBaggage = (header: string): readonly string[] => {
  const members = header.split(',');
  if (members.length > 64 || header.length > 8_192) refuse('too much baggage', header.length);
  return members.map((member) =>
    BAGGAGE_MEMBER.test(member) ? member.slice(0, member.indexOf('=')) : refuse('bad member', member),
  );
};
