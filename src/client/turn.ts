// Kept from before a test runner puts a fake in its place: nobody would ever fire that.
const immediately = setImmediate;

/**
 * Waits for the next turn of the event loop. undici takes a connection back in the turn after its answer ended: whoever
 * asks again at once would get a second one.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    immediately(resolve);
  });
