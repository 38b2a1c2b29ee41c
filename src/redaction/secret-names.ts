/** What a name holds whose value is secret, wherever in the name it stands; the source of a pattern without case. */
export const SECRET_PARTS =
  'token|secret|passw|passphrase|pwd|jwt|credential|[cx]srf|(?:api|access|private|signing|(?:en|de)cryption)[-_]?key|session[-_]?id|x[-_][a-z\\d]{1,32}[-_]signature';

/** The same of headers, whose values have forms of their own. */
export const SECRET_HEADER_PARTS = 'authorization|cookie';

/** Names too short to be looked for inside of others: `pass` stands in "bypass", `sid` in "inside", `otp` in "footprint". */
export const SECRET_WORDS = 'pass|sid|bearer|t?otp';

/**
 * Names whose values never stand in a line: what Node's requests, and the clients on top of them, call `user:password`; of
 * Node's requests and responses headers as lists and as text, where no key names the secret.
 */
const SECRET_NAMES = 'auth|rawheaders|rawtrailers|_header';

const SECRET_NAME = new RegExp(
  `${SECRET_PARTS}|${SECRET_HEADER_PARTS}|(?:^|[._-])(?:${SECRET_WORDS})$|^(?:${SECRET_NAMES})$`,
  'i',
);
// `dbPass`; without case it would be "bypass" again.
const LAST_HUMP = /[a-z0-9](?:Pass|Sid|Bearer|Otp|Totp)$/;

/** Whether the name of a field says that its value is secret; the comparison ignores case. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) || LAST_HUMP.test(name);
