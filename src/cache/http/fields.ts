/** Header fields as they were received: names in lower case. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The lines of a field, first to last. */
export const fieldLines = (headers: HeaderFields, name: string): readonly string[] => {
  const value = headers[name];
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
};

/** The whole value of a field that may come in several lines. */
export const fieldValue = (headers: HeaderFields, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
};

/** The members of a field that is a list of tokens, in lower case. */
export const tokensOf = (headers: HeaderFields, name: string): readonly string[] =>
  (fieldValue(headers, name) ?? '')
    .split(',')
    .map((member) => member.trim().toLowerCase())
    .filter(Boolean);
