/** Calls of a client, from when they are made until they are settled. */
export interface CallsUnderWay {
  /** Takes a call in, at once. @returns whether it came too late: then it is not waited for, and has no end */
  begin(): boolean;
  /** A call that came in time has ended. */
  end(): void;
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
      if (!isClosed) underWay += 1;
      return isClosed;
    },
    end: () => {
      underWay -= 1;
      settle();
    },
    close: () =>
      new Promise((markEnded) => {
        isClosed = true;
        closing.push(markEnded);
        settle();
      }),
  };
};
