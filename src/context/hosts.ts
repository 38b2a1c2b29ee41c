import type { Check } from '../kernel/index.ts';

/** A host name, with a port only where it matters. */
export interface HostRule {
  readonly hostname: string;
  readonly port: string | undefined;
}

const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i;
const FINAL_DOT = /\.$/;

/** `users.internal.` is the same host as `users.internal`: the dot says only that the name is complete. */
const withoutFinalDot = (hostname: string): string => hostname.replace(FINAL_DOT, '');

/**
 * Reads `example.org`, `example.org:8080` or `[::1]:8080`, in whichever casing and way of writing an address;
 * `undefined` for anything else, URLs included.
 */
export const readHost = (value: unknown): HostRule | undefined => {
  const [, name, port] = (typeof value === 'string' ? HOST.exec(value) : null) ?? [];
  // The URL parser knows the one way to write an address: it reads 127.1 and [0:0:0:0:0:0:0:1] as it will read targets.
  const text = `http://${name}:${port ?? ''}/`;
  if (name === undefined || !URL.canParse(text)) return undefined;
  const hostname = withoutFinalDot(new URL(text).hostname);
  if (hostname === '') return undefined;
  return Object.freeze({ hostname, port: port === undefined ? undefined : String(Number(port)) });
};

/** What an option that takes hosts must list. */
export const hostLike: Check = {
  expects: 'a host name without scheme and path',
  type: (value) => typeof value === 'string',
  range: (value) => readHost(value) !== undefined,
};

/** Reads a list of which each item is known to be a host. */
export const readHosts = (values: readonly unknown[]): readonly HostRule[] =>
  Object.freeze(values.map(readHost).filter((host) => host !== undefined));

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/** Whether one of `rules` names the host of `url`: that host alone, whatever else the URL holds. */
export const matchesHost = (rules: readonly HostRule[], url: URL): boolean => {
  const target = withoutFinalDot(url.hostname);
  return rules.some(
    ({ hostname, port }) => hostname === target && (port === undefined || port === portOf(url)),
  );
};
