/** What a name holds whose value is secret, wherever in the name it stands; the source of a pattern without case. */
export const SECRET_PARTS =
  'token|secret|passw|passphrase|pwd|jwt|credential|(?:api|access|private)[-_]?key|session[-_]?id';

/** Names too short to be looked for inside of others: `pass` stands in "bypass", `sid` in "inside". */
export const SECRET_WORDS = 'pass|sid';

const PARTS = new RegExp(SECRET_PARTS, 'i');
const WORDS = new RegExp(`(?:^|[._-])(?:${SECRET_WORDS})$`, 'i');
// `dbPass`; without case it would be "bypass" again.
const LAST_HUMP = /[a-z0-9](?:Pass|Sid)$/;

/** Names whose values never stand in a line; the comparison ignores case. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  // What Node's requests, and the clients on top of them, call `user:password`.
  'auth',
  // Of Node's requests and responses: headers as lists and as text, where no key names the secret.
  'rawheaders',
  'rawtrailers',
  '_header',
]);

/** Whether the name of a field says that its value is secret. */
export const isSecretName = (name: string): boolean =>
  PARTS.test(name) || WORDS.test(name) || LAST_HUMP.test(name) || SECRET_NAMES.has(name.toLowerCase());
