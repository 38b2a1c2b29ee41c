import { activeSpan, callForeign, ownSpanOf, type RequestContext } from '../context/index.ts';

/** Attributes of a span or of one of its events; what is `undefined` is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** What is written onto a span: a foreign object, whose methods may throw or be missing. */
export interface SpanWriter {
  addEvent(name: string, attributes: Attributes): void;
  setAttribute(name: string, value: string): void;
  /** Marks the span as failed. */
  fail(): void;
}

const ERROR = 2;

/** Whether somebody will see what is written onto a span: false once it has ended, and for one that is not sampled. */
export const isRecording = (span: object | undefined): span is object =>
  span !== undefined && callForeign(span, 'isRecording') === true;

const given = (attributes: Attributes): object =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

/** A pen for a span. */
export const writeOn = (span: object): SpanWriter => ({
  addEvent: (name, attributes) => {
    callForeign(span, 'addEvent', name, given(attributes));
  },
  setAttribute: (name, value) => {
    callForeign(span, 'setAttribute', name, value);
  },
  fail: () => {
    // Without a description: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status asks for none where the
    // status code of the answer says it.
    callForeign(span, 'setStatus', { code: ERROR });
  },
});

/** The span to write on: the request's own, else the active one, else none. */
export const recordingSpan = (record: RequestContext | undefined): SpanWriter | undefined => {
  const own = record && ownSpanOf(record);
  if (isRecording(own)) return writeOn(own);
  const active = activeSpan();
  return isRecording(active) ? writeOn(active) : undefined;
};
