import { performance } from 'node:perf_hooks';

// Kept from before a test runner puts a fake in its place: nobody would ever fire that.
const immediately = setImmediate;

/** One turn of the event loop: every promise that can settle without time passing does so. */
export const turn = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    immediately(resolve);
  });
};

/** What a socket of this machine has to say comes in the turn after it was said; the rest is for a machine under load. */
const QUIET_TURNS = 50;

const LOOKUPS: ReadonlySet<string> = new Set(['GetAddrInfoReqWrap', 'GetNameInfoReqWrap']);

const eventCount = (): number => performance.nodeTiming.uvMetricsInfo.events;

/** Resolves when nothing has come over a socket for a while, and no name is being looked up. */
export const rest = async (): Promise<void> => {
  let seen = eventCount();
  for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
    await turn();
    const events = eventCount();
    const isBusy = events !== seen || process.getActiveResourcesInfo().some((name) => LOOKUPS.has(name));
    if (isBusy) quiet = 0;
    seen = events;
  }
};
