/** `setImmediate`, kept from before a test runner puts a fake in its place: nobody would ever fire that. */
export const immediately = setImmediate;

/** Waits for the next turn of the event loop. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    immediately(resolve);
  });
