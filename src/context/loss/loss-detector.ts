import { readSafely } from '../../kernel/index.ts';
import type { RequestContext } from '../record.ts';
import { tryGetContext } from '../store.ts';
import { type Enter, routerOf, watchLayers, watchRequest } from './layers.ts';
import { createMountPath } from './mount-path.ts';
import { describeStep, type Step } from './step.ts';

/** Watches a request whose context is `record`. Never throws. */
export type WatchLoss = (request: object, record: RequestContext) => void;

/** Tells of a context that was lost by a step; by none where no middleware was at work. */
type Tell = (step: Step | undefined) => void;

/** Between one middleware and the next only these run. */
const PARAM = {
  who: 'a callback of app.param() or router.param()',
  mend: 'Wrap it, preserve(callback)',
};

/** Tells of each middleware once, however many requests lose their context there. */
const createTell = (): Tell => {
  const told = new WeakSet<object>();
  return (step) => {
    const handle = readSafely(step?.layer, 'handle');
    const key = typeof handle === 'function' ? handle : (step?.layer ?? PARAM);
    if (told.has(key)) return;
    told.add(key);
    const { who, mend } = step === undefined ? PARAM : describeStep(step);
    const instead = tryGetContext() === undefined ? 'without any' : "in another request's";
    process.emitWarning(
      `The context of a request was lost by ${who}: what follows runs ${instead} (told once). ${mend}`,
      { code: 'BREAKWATER_CONTEXT_LOST' },
    );
  };
};

/** Whether the ambient context is that of the request, or a copy of it that the app made. */
const isHeld = ({ requestId, spanId }: RequestContext): boolean => {
  const ambient = tryGetContext();
  return ambient?.requestId === requestId && ambient.spanId === spanId;
};

/** A stack may hold anything, a frozen layer or a proxy that throws: what cannot be watched is served all the same. */
const attempt = (work: () => void): void => {
  try {
    work();
  } catch {
    // The only thing lost is a hint to the developer.
  }
};

/** Follows a request from middleware to middleware. Who lost its context is told when that is first seen to be gone. */
const follow = (request: object, record: RequestContext, tell: Tell): Enter => {
  const pathOf = createMountPath(request);
  let last: Step | undefined;
  let isLost = false;
  const look = (suspect: Step | undefined): void => {
    const wasLost = isLost;
    isLost = !isHeld(record);
    if (isLost && !wasLost) attempt(() => tell(suspect));
  };
  const pathFor = (layer: object): string => {
    let path = '';
    attempt(() => {
      watchLayers(readSafely(layer, 'handle'));
      path = pathOf(layer);
    });
    return path;
  };
  return (layer, next) => {
    // One that went on without its next() can still be the loser; one that called it was looked at then.
    look(last?.hasPassed === false ? last : undefined);
    const step: Step = { layer, app: readSafely(request, 'app'), path: pathFor(layer), hasPassed: false };
    last = step;
    return (...args) => {
      step.hasPassed = true;
      look(step);
      return next(...args);
    };
  };
};

/** A detector of middlewares that lose the context. It changes nothing but the time that a request takes. */
export const createLossDetector = (): WatchLoss => {
  const tell = createTell();
  return (request, record) =>
    attempt(() => {
      watchLayers(routerOf(readSafely(request, 'app')));
      watchRequest(request, follow(request, record, tell));
    });
};
