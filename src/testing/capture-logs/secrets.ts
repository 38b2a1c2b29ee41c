/** Where a secret was found, and in which form. */
export interface FoundSecret {
  readonly form: string;
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

const formsOf = (secret: string): readonly (readonly [string, string])[] => {
  const base64 = base64Forms(secret).filter((form) => form.length >= MIN_BASE64_LENGTH);
  const encoded = encodeURIComponent(secret);
  return [
    ['as it is', secret],
    ['escaped as JSON', escaped(secret)],
    ['escaped as JSON twice', escaped(escaped(secret))],
    ['percent-encoded', encoded],
    ['percent-encoded', encoded.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase())],
    ['percent-encoded as a form', encoded.replaceAll('%20', '+')],
    ...base64.map((form) => ['in base64', form] as const),
    ...base64.map((form) => ['in base64url', base64url(form)] as const),
  ];
};

/**
 * The first place where a secret stands, plain or encoded.
 *
 * @throws TypeError for a secret of fewer than four characters, which any text holds by chance
 */
export const findSecret = (text: string, secret: string): FoundSecret | undefined => {
  if (typeof secret !== 'string' || secret.length < MIN_SECRET_LENGTH)
    throw new TypeError(`captureLogs: a secret must be a text of at least ${MIN_SECRET_LENGTH} characters`);
  for (const [form, written] of formsOf(secret)) {
    const index = text.indexOf(written);
    if (index >= 0) return { form, index, length: written.length };
  }
  return undefined;
};
