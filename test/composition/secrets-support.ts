import { expect } from '@jest/globals';
import type { Express } from 'express';
import { type Breakwater, type BreakwaterOptions, breakwater } from '../../src/index.ts';
import { type CapturedLogs, captureLogs } from '../../src/testing/index.ts';
import type { expressMajors } from '../support/express.ts';
import { exchange, type Served, serve } from '../support/sockets.ts';

/** Either major. */
export type ExpressFactory = (typeof expressMajors)[number]['express'];

/** What begins and ends every secret of these tests: where it is found, a piece of a secret is. */
const PIECE = /hunter2/i;
const ENCODED = btoa('app:hunte');

/** A secret of its own for each place: one that is cut out somewhere must not hide that another is not. */
export const secretOf = (place: string): string => `hunter2${place}HUNTER2`;

export const SECRET = secretOf('');

/** Holds for any text that is to have neither a secret nor a piece of one. */
export const expectNoSecret = (text: string): void => {
  expect(text).not.toMatch(PIECE);
  expect(text).not.toContain(ENCODED);
};

/** A request as it is sent. */
export interface Sent {
  readonly path: string;
  readonly headers?: readonly string[];
  readonly type?: string;
  readonly body?: string;
}

const bytesOf = ({ path, headers = [], type, body }: Sent): string => {
  const content = type === undefined ? [] : [`Content-Type: ${type}`];
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const method = body === undefined ? 'GET' : 'POST';
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: x',
    'Connection: close',
    ...headers,
    ...content,
    ...length,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body ?? ''}`;
};

/** Every byte of the answer to a request. */
export const ask = (server: Served, sent: Sent): Promise<string> => exchange(server.port, bytesOf(sent));

/** What the process is warned of, until `end()`. Jest's process is a copy that hears no warnings. */
export const hearWarnings = () => {
  const { emitWarning } = process;
  const heard: string[] = [];
  process.emitWarning = (...warning: unknown[]) => {
    heard.push(warning.map(String).join(' '));
  };
  return {
    heard,
    end: () => {
      process.emitWarning = emitWarning;
    },
  };
};

/** An app behind the whole suite, with all that it prints. */
export interface Watched {
  readonly logs: CapturedLogs;
  /** Warnings of the process. */
  readonly warnings: readonly string[];
  /** Every byte of the answer; by then every line has been written, the last of them the access line. */
  send(sent: Sent): Promise<string>;
  /** Sends, and finds the secret neither in a failed answer nor in what was printed for it. */
  expectHidden(sent: Sent): Promise<string>;
  close(): Promise<void>;
}

export const watch = async (
  express: ExpressFactory,
  options: Partial<BreakwaterOptions>,
  mount: (app: Express, suite: Breakwater) => void,
): Promise<Watched> => {
  const logs = captureLogs();
  const warnings = hearWarnings();
  const suite = breakwater({ service: 'orders', log: { stream: logs.stream }, ...options });
  const app = express();
  app.use(suite.before);
  mount(app, suite);
  app.use(suite.after);
  const server = await serve(app);
  const send = async (sent: Sent): Promise<string> => {
    logs.clear();
    const answer = await ask(server, sent);
    await logs.waitFor(({ event }) => event === 'http.server.request');
    return answer;
  };
  return {
    logs,
    warnings: warnings.heard,
    send,
    expectHidden: async (sent) => {
      const answer = await send(sent);
      expect(answer).toMatch(/^HTTP\/1\.1 [45]\d\d /);
      expect(logs.text).toContain('http.server.request.exception');
      logs.expectNoSecret('hunter2', 'HUNTER2');
      logs.expectNoDuplicateKeys();
      for (const text of [answer, logs.text, ...warnings.heard]) expectNoSecret(text);
      return answer;
    },
    close: async () => {
      await server.close();
      await suite.close();
      warnings.end();
    },
  };
};
