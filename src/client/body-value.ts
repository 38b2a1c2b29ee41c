import { types } from 'node:util';

/** A body that can be sent again and again, byte for byte. */
export type BodyValue = string | Uint8Array | ArrayBuffer | URLSearchParams | FormData | Blob;

/** What is sent of a value. */
export interface ValueContent {
  readonly contentType: string | undefined;
  content(): Promise<string | Uint8Array>;
}

/** What an object says it is: those of another realm, or of a polyfill, are of no class of ours. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

const isForm = (value: unknown): value is FormData => tagOf(value) === 'FormData';
const isBlob = (value: unknown): value is Blob => ['Blob', 'File'].includes(tagOf(value));

const fixed = (content: string | Uint8Array, contentType: string | undefined): ValueContent => ({
  contentType,
  content: async () => content,
});

const once = (read: () => Promise<ArrayBuffer>): (() => Promise<Uint8Array>) => {
  let bytes: Promise<Uint8Array> | undefined;
  return () => {
    bytes ??= read().then((buffer) => new Uint8Array(buffer));
    return bytes;
  };
};

/**
 * A form as it is now, encoded once, so that every attempt has the same boundary. It is copied, as the platform takes a
 * form of another make, undici's own package for one, for a text.
 */
const formContent = (form: FormData): ValueContent => {
  const copy = new FormData();
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') copy.append(name, value);
    else copy.append(name, value, value.name);
  }
  const encoded = new Response(copy);
  return {
    contentType: encoded.headers.get('content-type') ?? undefined,
    content: once(() => encoded.arrayBuffer()),
  };
};

/** Reads a body that is a value; `undefined` for anything else. Bytes are copied: what is sent again is the same. */
export const readValue = (body: unknown): ValueContent | undefined => {
  if (typeof body === 'string') return fixed(body, 'text/plain;charset=UTF-8');
  if (types.isUint8Array(body)) return fixed(Uint8Array.from(body), undefined);
  if (types.isArrayBuffer(body)) return fixed(new Uint8Array(body.slice(0)), undefined);
  if (tagOf(body) === 'URLSearchParams')
    return fixed(String(body), 'application/x-www-form-urlencoded;charset=UTF-8');
  if (isForm(body)) return formContent(body);
  if (isBlob(body)) return { contentType: body.type || undefined, content: once(() => body.arrayBuffer()) };
  return undefined;
};
