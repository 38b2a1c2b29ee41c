export { formatHeaders } from './format-headers.ts';
export type { ExtractFormat, ForeignParent, ReadHeader, TraceFormat } from './formats.ts';
export { readForeign } from './read-foreign.ts';
