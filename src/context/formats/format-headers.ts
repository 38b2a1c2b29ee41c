import { formatB3, formatB3Multi } from './b3.ts';
import type { FormatIds, TraceFormat } from './formats.ts';
import { formatGcp } from './gcp.ts';
import { formatXray } from './xray.ts';

const FORMATS: Readonly<Record<TraceFormat, FormatIds>> = Object.freeze({
  b3: formatB3,
  b3multi: formatB3Multi,
  gcp: formatGcp,
  xray: formatXray,
});

const SAMPLED = 0b1;

/**
 * The headers, names in lower case, by which an outgoing call says its trace in the formats of the app beside W3C's: none
 * unless the app asked for some.
 *
 * @param record of the request
 * @param spanId of the call, the same that its `traceparent` says
 */
export const formatHeaders = (
  record: {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
    readonly formats?: readonly TraceFormat[] | undefined;
  },
  spanId: string,
): Record<string, string> => {
  // A record that an older copy of this package made has no list.
  const { traceId, traceFlags, formats = [] } = record;
  // Under an OpenTelemetry span calls say that span itself.
  const parentSpanId = record.spanId === spanId ? undefined : record.spanId;
  const ids = { traceId, spanId, parentSpanId, sampled: (traceFlags & SAMPLED) !== 0 };
  const headers: Record<string, string> = {};
  for (const format of formats) Object.assign(headers, FORMATS[format](ids));
  return headers;
};
