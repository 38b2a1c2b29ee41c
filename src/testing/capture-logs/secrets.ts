/** Where a secret was found, and in which form. */
export interface FoundSecret {
  readonly secret: string;
  readonly form: string;
  /** Where `index` counts: what was printed, or what it says. */
  readonly text: string;
  readonly index: number;
  readonly length: number;
}

const MIN_SECRET_LENGTH = 4;
/** Shorter pieces of base64 stand in ids by chance. */
const MIN_BASE64_LENGTH = 8;

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/**
 * What base64 makes of a text inside of a longer one, `user:secret` for one: which characters these are depends on where
 * the text begins, and those at its edges on its neighbours.
 */
const base64Forms = (secret: string): readonly string[] =>
  [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    return bytes.toString('base64').slice(Math.ceil((shift * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });

const base64url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');

/** A way to write a secret, in which letters may be small or capital unless they are those of base64. */
interface Form {
  readonly name: string;
  readonly written: string;
  readonly exact?: boolean;
}

const formsOf = (secret: string): readonly Form[] => {
  const base64 = base64Forms(secret).filter((form) => form.length >= MIN_BASE64_LENGTH);
  const encoded = encodeURIComponent(secret);
  return [
    { name: 'as it is', written: secret, exact: true },
    { name: 'in other letter case', written: secret },
    { name: 'escaped as JSON', written: escaped(secret) },
    { name: 'escaped as JSON twice', written: escaped(escaped(secret)) },
    { name: 'percent-encoded', written: encoded },
    { name: 'percent-encoded as a form', written: encoded.replaceAll('%20', '+') },
    { name: 'percent-encoded twice', written: encodeURIComponent(encoded) },
    { name: 'in hexadecimal digits', written: Buffer.from(secret).toString('hex') },
    ...base64.map((written) => ({ name: 'in base64', written, exact: true })),
    ...base64.map((written) => ({ name: 'in base64url', written: base64url(written), exact: true })),
  ];
};

const indexOf = (text: string, { written, exact }: Form): number =>
  exact ? text.indexOf(written) : text.search(new RegExp(written.replace(/[^\w\s]/g, '\\$&'), 'i'));

const ESCAPE = /\\+u([\da-f]{4})/gi;

/** What a text says where characters are written by their numbers, which anybody may do in JSON; lines stay lines. */
const unescaped = (text: string): string =>
  text.replace(ESCAPE, (whole, digits) => {
    const number = Number.parseInt(digits, 16);
    return number < 0x20 ? whole : String.fromCharCode(number);
  });

const checkSecret = (secret: unknown): void => {
  if (typeof secret !== 'string' || secret.length < MIN_SECRET_LENGTH)
    throw new TypeError(`captureLogs: a secret must be a text of at least ${MIN_SECRET_LENGTH} characters`);
};

/**
 * The first place where one of the secrets stands, plain or encoded.
 *
 * @throws TypeError for no secret, and for one of fewer than four characters, which any text holds by chance
 */
export const findSecret = (printed: string, secrets: readonly string[]): FoundSecret | undefined => {
  if (secrets.length === 0) throw new TypeError('captureLogs: expectNoSecret needs a secret to look for');
  for (const secret of secrets) checkSecret(secret);
  const texts = [printed, unescaped(printed)];
  for (const secret of secrets) {
    for (const text of texts) {
      for (const form of formsOf(secret)) {
        const index = indexOf(text, form);
        if (index >= 0) return { secret, form: form.name, text, index, length: form.written.length };
      }
    }
  }
  return undefined;
};
