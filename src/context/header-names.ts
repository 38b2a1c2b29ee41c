import type { Check } from '../kernel/index.ts';
import { isSecretName } from '../redaction/index.ts';
import { BAGGAGE_KEY } from './baggage.ts';
import { isPropagationHeader } from './propagation.ts';

/** A token of RFC 9110 §5.6.2, as the names of headers and the keys of baggage are. */
export const TOKEN = BAGGAGE_KEY;

/** Headers of an answer that say something else already: how it is framed, whose it is, who may read it. */
const TAKEN =
  /^(?:access-control-.*|connection|content-.*|keep-alive|proxy-.*|set-cookie|te|trailer|traceresponse|transfer-encoding|upgrade|x-trace-id)$/;

const named = (expects: string, isAllowed: (name: string) => boolean): Check => ({
  expects,
  type: (value) => typeof value === 'string',
  range: (value) => TOKEN.test(String(value)) && isAllowed(String(value)),
});

/** A header that may bring an id: ids are in answers and lines, where nothing secret may stand. */
export const idHeader = named('the name of a header that carries no secret', (name) => !isSecretName(name));

/** A header of answers that says nothing yet. */
export const freeHeader = named(
  'the name of a header that says no id and no trace and frames nothing',
  (name) => !TAKEN.test(name.toLowerCase()) && !isPropagationHeader(name),
);
