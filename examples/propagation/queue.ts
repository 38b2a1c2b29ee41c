/** A message as brokers have it: header fields beside the body. */
export interface Message {
  readonly headers: object;
  readonly body: unknown;
}

/** What was published, by queue. */
export const published = new Map<string, Message[]>();

/** Stands for the client of a broker. */
export const publish = (queue: string, message: Message): void => {
  published.set(queue, [...(published.get(queue) ?? []), message]);
};
