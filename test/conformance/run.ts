// Runs the public suite of HTTP caches (https://github.com/http-tests/cache-tests) against a client's cache:
//   npx tsx test/conformance/run.ts <checkout of the suite> [shared|partitioned|private] [request|fetch]
// Prints how many cases pass, per kind, and which of the required, stale and auth ones do not. In the mode `shared`, whose
// rules the suite has in mind, it fails unless the stale and auth groups pass whole and 135 of the required cases do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, createClient } from '../../src/index.ts';

const LEAST_REQUIRED = 135;
const WHOLE_GROUPS: readonly string[] = ['stale', 'auth'];
/** How many cases run at once. */
const AT_ONCE = 60;
const MODES = ['shared', 'partitioned', 'private'] as const;
const DOORS = ['request', 'fetch'] as const;
const NO_BODY: readonly number[] = [204, 304];

interface SuiteCase {
  readonly id: string;
  /** @default required */
  readonly kind?: 'required' | 'optimal' | 'check';
  /** Whether it is about a cache in front of an origin. */
  readonly cdn_only?: boolean;
}

interface SuiteGroup {
  readonly id: string;
  readonly tests: readonly SuiteCase[];
}

/** `true`, or what went wrong and how. */
type Outcome = true | readonly [string, string];
type Outcomes = Readonly<Record<string, Outcome>>;

/** What the suite's own files export. */
interface Suite {
  readonly groups: readonly SuiteGroup[];
  readonly runTests: (
    groups: readonly SuiteGroup[],
    browser: boolean,
    base: string,
    atOnce: number,
  ) => Promise<void>;
  readonly getResults: () => Outcomes;
  readonly determineTestResult: (groups: readonly SuiteGroup[], id: string, outcomes: Outcomes) => unknown;
  readonly resultTypes: Readonly<Record<string, unknown>>;
}

/** How a case ended. */
interface Ended {
  readonly group: string;
  readonly id: string;
  readonly kind: string;
  /** The suite's own word: `pass`, `yes`, `fail`, `dependency_fail` … */
  readonly result: string;
  readonly outcome: Outcome;
}

const loadSuite = async (checkout: string): Promise<Suite> => {
  const load = (path: string) => import(pathToFileURL(join(checkout, path)).href);
  const [tests, runner, results] = await Promise.all(
    ['tests/index.mjs', 'test-engine/client/runner.mjs', 'test-engine/lib/results.mjs'].map(load),
  );
  return { groups: tests.default, ...runner, ...results };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server on port 0 has a port');
  return address.port;
};

/** Starts the suite's own origin. */
const startOrigin = async (checkout: string, port: number): Promise<() => void> => {
  const settings = { protocol: 'http', port: String(port), pidfile: '/dev/null' };
  const npmSettings = Object.entries(settings).map(([name, value]) => [`npm_config_${name}`, value]);
  const server = spawn(process.execPath, ['test-engine/server/server.mjs'], {
    cwd: checkout,
    env: { ...process.env, ...Object.fromEntries(npmSettings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit').then(() => {
    throw new Error('the origin of the suite did not start');
  });
  await Promise.race([once(server.stdout, 'data'), exited]);
  exited.catch(() => undefined);
  return () => server.kill();
};

/** Several lines of a header as one. */
const oneLineEach = ({ headers }: RequestInit): Record<string, string> =>
  Object.fromEntries(new Headers(headers));

const byRequest = async (client: Client, url: string, asked: RequestInit): Promise<Response> => {
  const { method = 'GET', body, redirect, signal } = asked;
  const answer = await client.request(method, url, {
    headers: oneLineEach(asked),
    throwOnStatus: false,
    signal: signal ?? undefined,
    body: typeof body === 'string' ? body : undefined,
    maxRedirects: redirect === 'manual' ? 0 : undefined,
  });
  const bytes = NO_BODY.includes(answer.status) ? null : Uint8Array.from(await answer.bytes());
  return new Response(bytes, { status: answer.status, headers: answer.headers });
};

const byFetch = (client: Client, url: string, asked: RequestInit): Promise<Response> =>
  client.fetch(url, { ...asked, headers: oneLineEach(asked) });

/** Lets the suite, which calls the global `fetch`, call a client: what fails is answered as a gateway would. */
const patchFetch = (client: Client, door: (typeof DOORS)[number]): void => {
  const real = globalThis.fetch;
  const ask = door === 'fetch' ? byFetch : byRequest;
  globalThis.fetch = async (input, asked = {}) => {
    const url = String(input);
    // It keeps its own account of what each case is to answer, by calls that no cache has a part in.
    if (!url.includes('/test/')) return real(input, asked);
    return ask(client, url, asked).catch(() => new Response('', { status: 502 }));
  };
};

const runSuite = async (
  { groups, runTests, getResults, determineTestResult, resultTypes }: Suite,
  base: string,
): Promise<readonly Ended[]> => {
  const log = console.log;
  // The suite prints what it is at.
  console.log = () => undefined;
  await runTests(groups, false, base, AT_ONCE).finally(() => {
    console.log = log;
  });
  const outcomes = getResults();
  const nameOf = (type: unknown): string =>
    Object.keys(resultTypes).find((name) => resultTypes[name] === type) ?? 'unknown';
  return groups.flatMap(({ id: group, tests }) =>
    tests.flatMap(({ id, kind = 'required', cdn_only: isCdn }) => {
      const outcome = outcomes[id];
      if (outcome === undefined) return [];
      const result = nameOf(determineTestResult(groups, id, outcomes));
      return [{ group, id, kind: isCdn === true ? 'cdn' : kind, result, outcome }];
    }),
  );
};

const isPassed = ({ result }: Ended): boolean => result === 'pass' || result === 'yes';

/** Prints the figures. @returns whether they are what they should be, where many are served */
const report = (ended: readonly Ended[]): boolean => {
  const isWhole = ({ group, kind }: Ended): boolean => WHOLE_GROUPS.includes(group) && kind !== 'cdn';
  for (const each of ended) {
    if ((each.kind === 'required' || isWhole(each)) && !isPassed(each)) {
      const { group, id, kind, result, outcome } = each;
      console.log(`${group}/${id} (${kind}): ${result} ${outcome === true ? '' : outcome.join(': ')}`);
    }
  }
  for (const kind of new Set(ended.map((each) => each.kind))) {
    const ofKind = ended.filter((each) => each.kind === kind);
    console.log(`${kind}: ${ofKind.filter(isPassed).length} of ${ofKind.length}`);
  }
  const required = ended.filter((each) => each.kind === 'required' && isPassed(each)).length;
  return required >= LEAST_REQUIRED && ended.filter(isWhole).every(isPassed);
};

const main = async (): Promise<number> => {
  const [given, modeGiven = 'shared', doorGiven = 'request'] = process.argv.slice(2);
  const mode = MODES.find((each) => each === modeGiven);
  const door = DOORS.find((each) => each === doorGiven);
  if (given === undefined || mode === undefined || door === undefined) {
    console.error('usage: run.ts <checkout> [shared|partitioned|private] [request|fetch]');
    return 2;
  }
  const checkout = resolve(given);
  const suite = await loadSuite(checkout);
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const stopOrigin = await startOrigin(checkout, port);
  const timeout = { totalMs: 20_000, attemptMs: 20_000 };
  const off = { retry: false, breaker: false, bulkhead: false } as const;
  const client = createClient({ name: 'cache', baseUrl: base, cache: { mode }, timeout, ...off });
  patchFetch(client, door);
  try {
    const isWhole = report(await runSuite(suite, base));
    return isWhole || mode !== 'shared' ? 0 : 1;
  } finally {
    await client.close();
    stopOrigin();
  }
};

main().then(
  // The suite leaves timers behind.
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
