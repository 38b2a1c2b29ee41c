import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { fieldValue, type HeaderFields } from '../cache/index.ts';
import type { UpstreamResponseError } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';
import { type Subject, unreadable } from './errors.ts';

/** A body and the header fields that describe it. */
export interface CodedBody {
  readonly headers: HeaderFields;
  readonly body: Readable;
}

const DECODERS: Readonly<Record<string, () => Transform>> = Object.freeze({
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
});

/** More codings than anybody means, each of which would cost memory. */
const MAX_CODINGS = 3;

const decodersOf = (headers: HeaderFields): readonly (() => Transform)[] => {
  const codings = (fieldValue(headers, 'content-encoding') ?? '').toLowerCase().split(',');
  const named = codings.map((coding) => coding.trim()).filter((coding) => !['', 'identity'].includes(coding));
  const known = named.map((coding) => (Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined));
  const decoders = known.filter((decoder) => decoder !== undefined);
  return decoders.length === named.length && named.length <= MAX_CODINGS ? decoders : [];
};

// zlib's, brotli's and zstd's own ways to name their errors.
const CODING_ERROR = /^(?:Z_|ERR__|ZSTD_)/;

/** A body that broke off, or that is not coded as its headers say. */
export const brokenBody = (subject: Subject, status: number, thrown?: unknown): UpstreamResponseError => {
  const isMiscoded = CODING_ERROR.test(String(readSafely(thrown, 'code')));
  return unreadable(subject, status, isMiscoded ? 'content-encoding' : 'truncated', thrown);
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
    (source, decoder) => pipeline(source, decoder(), () => undefined),
    coded.body,
  );
  return { headers, body };
};
