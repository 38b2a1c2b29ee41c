/** Runs a call that has begun, and tells it whether it came too late. */
export type RunCall = <T>(call: (isLate: boolean) => Promise<T>) => Promise<T>;

/** Calls of a client, from when they are made until they are settled. */
export interface CallsUnderWay {
  /** Takes a call in, at once; it is waited for until what it runs has ended. */
  begin(): RunCall;
  /** Resolves once every call has ended that began before; later ones are late. */
  close(): Promise<void>;
}

/** No calls under way. */
export const createCallsUnderWay = (): CallsUnderWay => {
  let underWay = 0;
  let isClosed = false;
  // None before somebody closes: a promise holds the request in which it was made.
  const closing: (() => void)[] = [];
  const settle = (): void => {
    if (!isClosed || underWay > 0) return;
    for (const markEnded of closing.splice(0)) markEnded();
  };
  return {
    begin: () => {
      if (isClosed) return (call) => call(true);
      underWay += 1;
      return async (call) => {
        try {
          return await call(false);
        } finally {
          underWay -= 1;
          settle();
        }
      };
    },
    close: () =>
      new Promise((markEnded) => {
        isClosed = true;
        closing.push(markEnded);
        settle();
      }),
  };
};
