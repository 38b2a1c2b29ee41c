import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as a fake upstream received it. Frozen. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The whole body, as UTF-8. */
  readonly body: string;
}

/** Reads a request. Rejects when its sender leaves before it is whole. */
export const receive = async (incoming: IncomingMessage): Promise<UpstreamRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Object.freeze({
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  });
};

/** Items handed out one by one, to whoever asked before or asks after they came. */
export const createMailbox = <T>(): { put(item: T): void; take(): Promise<T>; clear(): void } => {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put: (item) => {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    take: () =>
      new Promise((resolve) => {
        const [item] = items.splice(0, 1);
        if (item === undefined) takers.push(resolve);
        else resolve(item);
      }),
    clear: () => {
      items.length = 0;
    },
  };
};
