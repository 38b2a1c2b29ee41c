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
  readonly statuses: readonly string[];
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

/** What is wrong with what a client got and the log says; nothing if it is one 504, and then the next answer. */
const faultsOf = ({ text, statuses, timers }: Outcome): readonly string[] => {
  const [nothing, timeout = '', fine = ''] = text.split('HTTP/1.1 ');
  const [head = '', body = ''] = timeout.split('\r\n\r\n');
  const length = Number(/Content-Length: (\d+)/.exec(head)?.[1]);
  const checks: Readonly<Record<string, boolean>> = {
    'the connection holds two answers': nothing === '' && text.split('HTTP/1.1 ').length === 3,
    'the first is a 504': head.startsWith('504 Gateway Timeout\r\n') && body.length === length,
    'and a problem': body !== '' && JSON.parse(body).code === 'dependency-timeout',
    'nothing of the handler is in it': !/X-Late|Set-Cookie|Location|Last-Modified/i.test(head),
    'the next is as ever': fine.startsWith('200 OK') && fine.endsWith('\r\n\r\nfine'),
    'the log says so once': statuses.join() === LOGGED,
    'no timer is left': timers === 0,
  };
  return Object.keys(checks).filter((check) => checks[check] !== true);
};

const LOGGED = 'http.server.request.exception 504,http.server.request 504,http.server.request 200';

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
