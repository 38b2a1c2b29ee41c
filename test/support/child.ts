import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a script is run. */
export interface ScriptOptions {
  /** What the script is given. */
  readonly args?: readonly string[];
  /** What Node is given. */
  readonly nodeArgs?: readonly string[];
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A script that hangs is ended. */
  readonly timeoutMs?: number;
}

/** How a script ended, and what it printed; what it says on stderr goes to ours. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a TypeScript file in a process of its own: nothing of Jest reaches into it, or holds what it makes. */
export const runScript = async (
  file: string,
  { args = [], nodeArgs = [], env = {}, timeoutMs = 60_000 }: ScriptOptions = {},
): Promise<Ended> => {
  const child = spawn(process.execPath, [...nodeArgs, '--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: timeoutMs,
    env: { ...process.env, ...env },
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  const [code] = await once(child, 'close');
  return { code, output: output.join('') };
};

/** The one JSON value that a script prints. */
export const readScript = async <T>(file: string, options?: ScriptOptions): Promise<T> => {
  const { code, output } = await runScript(file, options);
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${output}`);
  // Each test says what its script prints.
  return JSON.parse(output) as T;
};
