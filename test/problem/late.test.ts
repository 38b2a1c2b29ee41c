import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expressMajors } from '../support/express.ts';
import { lateHandlers } from './fixtures/late-handlers.ts';

const SCRIPT = join(__dirname, 'fixtures', 'late.ts');

interface Outcome {
  readonly name: string;
  readonly when: string;
  /** Everything that came over the connection. */
  readonly text: string;
  /** The lines about requests. */
  readonly logged: readonly string[];
  /** What was told of as `request.late`. */
  readonly late: readonly string[];
  readonly timers: number;
}

const runChild = async (major: string) => {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, major], { timeout: 60_000 });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk) => out.push(String(chunk)));
  child.stderr.on('data', (chunk) => err.push(String(chunk)));
  const [code] = await once(child, 'close');
  const outcomes: Outcome[] = out
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { code, stderr: err.join(''), outcomes };
};

const LOGGED = [
  'http.server.request.exception 504 request failed: 504 dependency-timeout',
  'http.server.request 504 request completed',
  'http.server.request 200 request completed',
];

const ENDED = 'InternalServerError: The response was ended while a stream was sent';

/** Handlers that are told that it is too late. */
const MAY_FAIL = /^(a loop of writes that waits|pipeline|streamTo|next|throw|rejects)/;

/** What is wrong with what a client got and the log says; nothing if it is one 504, and then the next answer. */
const faultsOf = ({ name, text, logged, late, timers }: Outcome): readonly string[] => {
  const [nothing, timeout = '', fine = ''] = text.split('HTTP/1.1 ');
  const [head = '', body = ''] = timeout.split('\r\n\r\n');
  const length = Number(/Content-Length: (\d+)/.exec(head)?.[1]);
  const checks: Readonly<Record<string, boolean>> = {
    'the connection holds two answers': nothing === '' && text.split('HTTP/1.1 ').length === 3,
    'the first is a 504': head.startsWith('504 Gateway Timeout\r\n') && body.length === length,
    'and a problem': body !== '' && JSON.parse(body).code === 'dependency-timeout',
    'nothing of the handler is in it': !/X-Late|Set-Cookie|Location|Last-Modified/i.test(head),
    'the next is as ever': fine.startsWith('200 OK') && fine.endsWith('\r\n\r\nfine'),
    'the log says so once': logged.join() === LOGGED.join(),
    'no method throws': late.length === 0 || MAY_FAIL.test(name),
    'a stream is told why': name !== 'streamTo' || late.join() === ENDED,
    'no timer is left': timers === 0,
  };
  return Object.keys(checks).filter((check) => checks[check] !== true);
};

describe.each(expressMajors)('requestDeadline › when the handler goes on, on $major', ({ major }) => {
  it('nothing that it does harms the answer or the connection, or prints on stderr', async () => {
    const { code, stderr, outcomes } = await runChild(major);

    const faults = outcomes
      .map((outcome) => [outcome.name, outcome.when, ...faultsOf(outcome)])
      .filter((found) => found.length > 2);
    expect({ stderr, faults, code }).toEqual({ stderr: '', faults: [], code: 0 });
    expect(outcomes).toHaveLength(2 * Object.keys(lateHandlers).length);
  }, 90_000);
});
