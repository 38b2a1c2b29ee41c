/** What a cache says of a stale answer that was used. */
export interface StaleMark {
  /** Its member of `Cache-Status`. */
  readonly cacheStatus: string;
  /** Its value of `Warning`; `undefined` for none. */
  readonly warning: string | undefined;
}
