import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { GetCallerIdentityCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts';
import {
  Client,
  credentials,
  status as grpcStatus,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import CircuitBreaker from 'opossum';
import Stripe from 'stripe';
import { Agent, interceptors, request as undici } from 'undici';
import type { Served } from '../../support/sockets.ts';
import { both, refusedPort, SECRET, sickServer, thrownBy, told } from './support.ts';

const FAILED = '502 dependency-failed';
const TIMED_OUT = '504 dependency-timeout';
const UNAVAILABLE = '503 dependency-unavailable';
const SHORT_MS = 50;

let sick: Served;
let deadPort = 0;

beforeAll(async () => {
  sick = await sickServer();
  deadPort = await refusedPort();
});
afterAll(() => sick.close());

const dead = (): string => `http://127.0.0.1:${deadPort}`;

describe('undici', () => {
  const passing = () => new Agent().compose(interceptors.responseError());

  it.each([
    [
      'an answer that is an error',
      FAILED,
      () => undici(`${sick.url}/401?t=${SECRET}`, { dispatcher: passing() }),
    ],
    ['a 429', `${UNAVAILABLE} retry 7`, () => undici(`${sick.url}/429`, { dispatcher: passing() })],
    ['a refused connection', FAILED, () => undici(dead())],
    ['a reset', FAILED, () => undici(`${sick.url}/reset`)],
    ['headers that are late', TIMED_OUT, () => undici(`${sick.url}/hang`, { headersTimeout: SHORT_MS })],
    [
      'an agent that is closed',
      FAILED,
      async () => {
        const dispatcher = new Agent();
        await dispatcher.destroy();
        return undici(sick.url, { dispatcher });
      },
    ],
    ['a wrong argument', '500 internal-server-error', () => undici(sick.url, { method: 'G T' })],
    ['an abort', '500 internal-server-error', () => undici(sick.url, { signal: AbortSignal.abort() })],
  ])('%s is answered %s', async (_what, words, work) => {
    expect(await told(await thrownBy(work))).toEqual(both(words));
  });
});

describe('AWS SDK', () => {
  const call = (endpoint: string, options: object = {}) =>
    new STSClient({
      endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId: SECRET, secretAccessKey: SECRET },
      ...options,
    }).send(new GetCallerIdentityCommand({}));

  it.each([
    ['403', FAILED, () => call(`${sick.url}/403`)],
    ['503', `${UNAVAILABLE} retry 7`, () => call(`${sick.url}/503`)],
    ['a refused connection', FAILED, () => call(dead())],
    [
      'a timeout',
      TIMED_OUT,
      () =>
        call(`${sick.url}/hang`, {
          requestHandler: { requestTimeout: SHORT_MS, throwOnRequestTimeout: true },
        }),
    ],
  ])('%s is answered %s', async (_what, words, work) => {
    expect(await told(await thrownBy(work))).toEqual(both(words));
  });

  it('throttling, whose status is 400, is answered 503', async () => {
    const error = new STSServiceException({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });

    expect(await told(error)).toEqual(both(UNAVAILABLE));
  });
});

describe('Stripe', () => {
  const call = (id: string, port: number, timeout = 10_000) =>
    new Stripe(`sk_${SECRET}`, {
      host: '127.0.0.1',
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
      telemetry: false,
      timeout,
    }).customers.retrieve(id);

  it.each([
    ['401', FAILED],
    ['402', FAILED],
    ['404', FAILED],
    ['429', `${UNAVAILABLE} retry 7`],
    ['500', FAILED],
    ['503', `${UNAVAILABLE} retry 7`],
  ])('%s is answered %s', async (status, words) => {
    expect(await told(await thrownBy(() => call(status, sick.port)))).toEqual(both(words));
  });

  it('a refused connection, a timeout and an answer that is no JSON are told apart', async () => {
    const refused = await told(await thrownBy(() => call('x', deadPort)));
    const late = await told(await thrownBy(() => call('hang', sick.port, SHORT_MS)));
    const unreadable = await told(await thrownBy(() => call('200/text', sick.port)));

    expect([refused, late, unreadable]).toEqual([both(FAILED), both(TIMED_OUT), both(FAILED)]);
  });
});

describe('gRPC', () => {
  const encode = (): Buffer => Buffer.from('x');
  const decode = (bytes: Buffer): Buffer => bytes;

  /** What a server that answers every call with `code` makes a client throw. */
  const failure = async (code: number | 'never'): Promise<unknown> => {
    const server = new Server();
    const metadata = new Metadata();
    metadata.set('x-secret', SECRET);
    server.register<Buffer, Buffer>(
      '/shop/Buy',
      (_call: unknown, answer: (error: Partial<ServiceError>) => void) => {
        if (code !== 'never') answer({ code, details: 'Nope', metadata });
      },
      decode,
      decode,
      'unary',
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const error = await call(`127.0.0.1:${port}`, code === 'never' ? SHORT_MS : 10_000);
    server.forceShutdown();
    return error;
  };

  const call = async (address: string, ms = 10_000): Promise<unknown> => {
    const client = new Client(address, credentials.createInsecure());
    const error = await new Promise((resolve) => {
      client.makeUnaryRequest(
        '/shop/Buy',
        encode,
        decode,
        '',
        new Metadata(),
        { deadline: Date.now() + ms },
        resolve,
      );
    });
    client.close();
    return error;
  };

  it.each([
    ['RESOURCE_EXHAUSTED', grpcStatus.RESOURCE_EXHAUSTED, UNAVAILABLE],
    ['UNAVAILABLE', grpcStatus.UNAVAILABLE, UNAVAILABLE],
    ['UNAUTHENTICATED', grpcStatus.UNAUTHENTICATED, FAILED],
    ['NOT_FOUND', grpcStatus.NOT_FOUND, FAILED],
    ['INTERNAL', grpcStatus.INTERNAL, FAILED],
    ['CANCELLED', grpcStatus.CANCELLED, '500 internal-server-error'],
    ['DEADLINE_EXCEEDED', 'never', TIMED_OUT],
  ] as const)('%s is answered as it should', async (_name, code, words) => {
    expect(await told(await failure(code))).toEqual(both(words));
  });

  it('a refused connection is answered 503', async () => {
    expect(await told(await call(`127.0.0.1:${deadPort}`))).toEqual(both(UNAVAILABLE));
  });
});

/** As much of an opossum breaker as is used here; the package has no types. */
interface Breaker {
  fire(): Promise<unknown>;
  shutdown(): void;
}

describe('opossum', () => {
  const never = () => new Promise<never>(() => undefined);

  const failing = async (breaker: Breaker, act?: () => unknown): Promise<unknown> => {
    await act?.();
    const error = await thrownBy(() => breaker.fire());
    breaker.shutdown();
    return error;
  };

  it('an open circuit is answered 503 circuit-open with Retry-After', async () => {
    const breaker = new CircuitBreaker(never);

    expect(await told(await failing(breaker, () => breaker.open()))).toEqual(
      both('503 circuit-open retry 1'),
    );
  });

  it('a full semaphore is answered 503 bulkhead-full', async () => {
    const breaker = new CircuitBreaker(never, { capacity: 1, timeout: false });

    expect(await told(await failing(breaker, () => void breaker.fire()))).toEqual(
      both('503 bulkhead-full retry 1'),
    );
  });

  it('a breaker that is shut down is answered 503', async () => {
    const breaker = new CircuitBreaker(never);

    expect(await told(await failing(breaker, () => breaker.shutdown()))).toEqual(both(UNAVAILABLE));
  });

  it('its timeout is answered 504', async () => {
    const breaker = new CircuitBreaker(never, { timeout: 1 });

    expect(await told(await failing(breaker))).toEqual(both(TIMED_OUT));
  });
});

describe('errors of Node', () => {
  const httpGet = (url: string) => new Promise((resolve, reject) => get(url, resolve).on('error', reject));

  it.each([
    ['a refused connection', FAILED, () => httpGet(dead())],
    ['a reset', FAILED, () => httpGet(`${sick.url}/reset`)],
    ['a missing file', '500 internal-server-error', () => readFile(`/${SECRET.slice(0, 3)}/missing`)],
    ['JSON of our own that is broken', '500 internal-server-error', () => JSON.parse(`{${SECRET}`)],
    ['a bug', '500 internal-server-error', () => Reflect.apply(Object, undefined, []).missing.member],
  ])('%s is answered %s', async (_what, words, work) => {
    expect(await told(await thrownBy(work))).toEqual(both(words));
  });

  it.each([
    ['a name that is not found', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }, FAILED],
    ['a connection that is late', { code: 'ETIMEDOUT', syscall: 'connect' }, TIMED_OUT],
    ['a certificate that has expired', { code: 'CERT_HAS_EXPIRED' }, FAILED],
    ['no system call', { code: 'ENOTFOUND' }, '500 internal-server-error'],
    ['no system call, late', { code: 'ETIMEDOUT' }, '500 internal-server-error'],
    ['too many open files', { code: 'EMFILE', syscall: 'open' }, '503 resource-exhausted'],
  ])('%s is answered %s', async (_what, shape, words) => {
    expect(await told(Object.assign(new Error('nope'), shape))).toEqual(both(words));
  });
});
