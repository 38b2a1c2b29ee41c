import { readB3 } from './b3.ts';
import type { ExtractFormat, ForeignParent, ReadHeader } from './formats.ts';
import { readGcp } from './gcp.ts';
import { readXray } from './xray.ts';

const READERS: Readonly<Record<ExtractFormat, (header: ReadHeader) => ForeignParent | undefined>> =
  Object.freeze({ b3: readB3, gcp: readGcp, xray: readXray });

/** What the first of `formats` that says something well-formed says of the caller. */
export const readForeign = (
  formats: readonly ExtractFormat[],
  header: ReadHeader,
): ForeignParent | undefined => {
  for (const format of formats) {
    const parent = READERS[format](header);
    if (parent !== undefined) return parent;
  }
  return undefined;
};
