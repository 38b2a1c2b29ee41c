import { Duplex, pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { fieldValue, type HeaderFields } from '../cache/index.ts';
import type { UpstreamResponseError } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';
import { type Subject, unreadable } from './errors.ts';

/** A body and the header fields that describe it. */
export interface CodedBody {
  readonly headers: HeaderFields;
  readonly body: Readable;
}

/** Makes a decoder for a body that begins with this piece. */
type ChooseDecoder = (first: Uint8Array) => Transform;

/** Some servers send deflate without the wrapping of zlib, whose first byte names its method (RFC 1950 §2.2). */
const inflateEither: ChooseDecoder = ([first = 0]) =>
  (first & 0x0f) === 8 ? createInflate() : createInflateRaw();

const DECODERS: Readonly<Record<string, ChooseDecoder>> = Object.freeze({
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: inflateEither,
  br: () => createBrotliDecompress(),
});

/** Decodes what comes, and nothing to nothing, where a decoder alone would miss the end of it. */
const decoding = (choose: ChooseDecoder): Duplex => {
  let decoder: Transform | undefined;
  const start = (first: Uint8Array): Transform => {
    const chosen = choose(first);
    chosen.on('data', (piece) => {
      if (!duplex.push(piece)) chosen.pause();
    });
    chosen.on('end', () => duplex.push(null));
    chosen.on('error', (error) => duplex.destroy(error));
    return chosen;
  };
  const duplex = new Duplex({
    write: (piece, _encoding, done) => {
      decoder ??= start(piece);
      // What it fails with is told once, as its error.
      decoder.write(piece, () => done());
    },
    final: (done) => {
      if (decoder === undefined) duplex.push(null);
      else decoder.end();
      done();
    },
    read: () => {
      decoder?.resume();
    },
    destroy: (error, done) => {
      decoder?.destroy();
      done(error);
    },
  });
  return duplex;
};

/** More codings than anybody means, each of which would cost memory. */
const MAX_CODINGS = 3;

const decodersOf = (headers: HeaderFields): readonly ChooseDecoder[] => {
  const codings = (fieldValue(headers, 'content-encoding') ?? '').toLowerCase().split(',');
  const named = codings.map((coding) => coding.trim()).filter((coding) => !['', 'identity'].includes(coding));
  const known = named.map((coding) => (Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined));
  const decoders = known.filter((decoder) => decoder !== undefined);
  return decoders.length === named.length && named.length <= MAX_CODINGS ? decoders : [];
};

// zlib's, brotli's and zstd's own ways to name their errors, but for what broke off in the midst of its coding.
const CODING_ERROR = /^(?:Z_(?!BUF_ERROR)|ERR__|ZSTD_)/;

/** A body that broke off, is too large, or is not coded as its headers say. */
export const brokenBody = (subject: Subject, status: number, thrown?: unknown): UpstreamResponseError => {
  const code = String(readSafely(thrown, 'code'));
  // The bound of undici's own `maxResponseSize`.
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return unreadable(subject, status, 'too-large', thrown);
  return unreadable(subject, status, CODING_ERROR.test(code) ? 'content-encoding' : 'truncated', thrown);
};

/**
 * The body without its content coding (RFC 9110 §8.4): gzip, deflate and Brotli, which we never ask for by ourselves. The
 * headers that speak of the coded body go with it. A coding that is not known stays as it is, together with its header.
 */
export const decodeContent = (coded: CodedBody): CodedBody => {
  const decoders = decodersOf(coded.headers);
  if (decoders.length === 0) return coded;
  const { 'content-encoding': _coding, 'content-length': _length, ...headers } = coded.headers;
  // The coding that was applied last is named last.
  const body = decoders.reduceRight<Readable>(
    // What goes wrong on either side is the error of the side that is read.
    (source, decoder) => pipeline(source, decoding(decoder), () => undefined),
    coded.body,
  );
  return { headers, body };
};
