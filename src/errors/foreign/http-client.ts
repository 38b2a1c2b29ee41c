import { readSafely } from '../../kernel/index.ts';
import { answeredFault, FAILED, isObject, isStatus, readText, TIMED_OUT } from './dependency-fault.ts';
import { firstOf, knownBy } from './fault.ts';
import { codeFault, isTimeoutReason, networkFault, timedOutBy } from './network.ts';
import { TRAIT } from './traits.ts';

/**
 * An answer that an error carries: axios, gaxios, ky, octokit and superagent have `response.status`, got has
 * `response.statusCode`. The headers beside it tell it from what else is called `response`.
 */
const responseFault = knownBy(TRAIT.response, (error) => {
  const response = readSafely(error, 'response');
  const headers = readSafely(response, 'headers');
  if (!isObject(response) || !isObject(headers)) return undefined;
  const status = readSafely(response, 'status') ?? readSafely(response, 'statusCode');
  return isStatus(status) ? answeredFault(status, headers) : undefined;
});

const AXIOS_OWN_FAULT = /^ERR_(?:BAD_OPTION|BAD_REQUEST|DEPRECATED|FORM_DATA|INVALID_URL|NOT_SUPPORT)/;

const axiosFault = knownBy(TRAIT.isAxiosError, (error) => {
  if (readSafely(error, 'isAxiosError') !== true) return undefined;
  const code = readText(error, 'code') ?? '';
  if (code === 'ERR_CANCELED')
    return timedOutBy(readSafely(readSafely(error, 'config'), 'signal')) ? TIMED_OUT : undefined;
  if (AXIOS_OWN_FAULT.test(code)) return undefined;
  // Its timeout is ECONNABORTED, or ETIMEDOUT with `transitional.clarifyTimeoutError`.
  return code === 'ECONNABORTED' ? TIMED_OUT : (codeFault(code) ?? FAILED);
});

/** got: every error has `options`, and `timings` once the request was under way. */
const gotFault = knownBy(TRAIT.timings, (error) => {
  if (!isObject(readSafely(error, 'options')) || !isObject(readSafely(error, 'timings'))) return undefined;
  if (isTimeoutReason(error)) return TIMED_OUT;
  return codeFault(readText(error, 'code'));
});

/** ky: its own timeout is an error with nothing but a name and the `request` it is about. */
const kyFault = knownBy(TRAIT.request, (error) =>
  readSafely(error, 'name') === 'TimeoutError' && readText(readSafely(error, 'request'), 'url') !== undefined
    ? TIMED_OUT
    : undefined,
);

/** superagent: a timeout has ECONNABORTED as raw-body has it, but a `timeout`, and an `errno` that is a text. */
const superagentFault = knownBy(TRAIT.rawResponse | TRAIT.timeout, (error) => {
  if (typeof readSafely(error, 'rawResponse') === 'string' && isStatus(readSafely(error, 'statusCode')))
    return FAILED;
  const isTimeout =
    readSafely(error, 'code') === 'ECONNABORTED' && typeof readSafely(error, 'timeout') === 'number';
  return isTimeout && (readText(error, 'errno') ?? '').startsWith('ETIME') ? TIMED_OUT : undefined;
});

const NODE_FETCH_TYPE = /^(?:system|max-size|max-redirect|no-redirect|invalid-redirect|invalid-json)$/;

/** node-fetch: a FetchError has a `type`, and Node's code for those of the system. */
const nodeFetchFault = knownBy(TRAIT.type, (error) => {
  const type = readText(error, 'type') ?? '';
  if (readSafely(error, 'name') !== 'FetchError') return undefined;
  if (type === 'request-timeout' || type === 'body-timeout') return TIMED_OUT;
  return NODE_FETCH_TYPE.test(type) ? (codeFault(readText(error, 'code')) ?? FAILED) : undefined;
});

/** octokit: without an answer `status` is 500 all the same; what happened is the `cause`. */
const octokitFault = knownBy(TRAIT.request, (error) =>
  readSafely(error, 'name') === 'HttpError' && isObject(readSafely(error, 'request'))
    ? networkFault(readSafely(error, 'cause'))
    : undefined,
);

/** gaxios: `config` and the cause; its timeout only shows in the signal it made. */
const gaxiosFault = knownBy(TRAIT.config, (error) => {
  const config = readSafely(error, 'config');
  const cause = readSafely(error, 'cause');
  if (!isObject(config) || !isObject(cause) || readSafely(config, 'responseType') === undefined)
    return undefined;
  if (timedOutBy(readSafely(config, 'signal'))) return TIMED_OUT;
  return nodeFetchFault(cause) ?? networkFault(cause);
});

const hasOwn = (error: unknown, key: string): boolean => {
  try {
    return isObject(error) && Object.hasOwn(error, key);
  } catch {
    // A hostile proxy.
    return false;
  }
};

/** OpenAI's client, and others of its maker: status and headers on the error itself beside a `requestID`. */
const openaiFault = knownBy(TRAIT.requestId, (error) => {
  if (!hasOwn(error, 'requestID') || !hasOwn(error, 'headers') || !hasOwn(error, 'error')) return undefined;
  const status = readSafely(error, 'status');
  if (isStatus(status)) return answeredFault(status, readSafely(error, 'headers'));
  // Nothing but the text tells its timeout from its abort.
  const message = readSafely(error, 'message');
  if (message === 'Request timed out.') return TIMED_OUT;
  return message === 'Request was aborted.'
    ? undefined
    : (networkFault(readSafely(error, 'cause')) ?? FAILED);
});

/** Recognises errors of HTTP clients: axios, gaxios, got, ky, node-fetch, octokit, openai and superagent. */
export const httpClientFault = firstOf(
  responseFault,
  axiosFault,
  gotFault,
  kyFault,
  superagentFault,
  nodeFetchFault,
  octokitFault,
  openaiFault,
  gaxiosFault,
);
