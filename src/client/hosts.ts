/** A host name, with a port only where it matters. */
export interface HostRule {
  readonly hostname: string;
  readonly port: string | undefined;
}

const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/;

/** Reads `example.org`, `example.org:8080` or `[::1]:8080`; `undefined` for anything else, URLs included. */
export const readHost = (value: unknown): HostRule | undefined => {
  const match = typeof value === 'string' ? HOST.exec(value.toLowerCase()) : null;
  const [, hostname, port] = match ?? [];
  return hostname === undefined ? undefined : Object.freeze({ hostname, port });
};

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/** Whether one of `rules` names the host of `url`. */
export const matchesHost = (rules: readonly HostRule[], url: URL): boolean =>
  rules.some(
    ({ hostname, port }) => hostname === url.hostname && (port === undefined || port === portOf(url)),
  );
