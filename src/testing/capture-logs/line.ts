/** A log line as it was printed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Reads a line; what is no JSON object is no line. @throws Error that shows the line */
export const parseLine = (line: string): LogLine => {
  try {
    const read: unknown = JSON.parse(line);
    if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new TypeError('no object');
    // An object has names.
    return Object.freeze(read as LogLine);
  } catch (cause) {
    throw new Error(`captureLogs: a line is no JSON object: ${line.slice(0, 200)}`, { cause });
  }
};

/** A member of a line by its path, which some formats write as one name with dots and others as nested objects. */
export const memberAt = (line: unknown, path: string): unknown => {
  if (typeof line !== 'object' || line === null) return undefined;
  // An object has names, whatever its type says.
  const members = line as LogLine;
  if (Object.hasOwn(members, path)) return members[path];
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const below = memberAt(members[path.slice(0, dot)], path.slice(dot + 1));
    if (below !== undefined) return below;
  }
  return undefined;
};

/** The first of several names that a line has. */
export const firstOf = (line: LogLine, paths: readonly string[]): unknown =>
  paths.map((path) => memberAt(line, path)).find((value) => value !== undefined);

const REQUEST_ID = [
  'requestId',
  'http.request.id',
  'request_id',
  'labels.requestId',
  'logging.googleapis.com/labels.requestId',
];

/** Whose line it is, in any of the formats that a logger of ours writes. */
export const requestIdOf = (line: LogLine): unknown => firstOf(line, REQUEST_ID);
