/**
 * The prototype that an Express app has for its own requests, or its own responses; `undefined` for messages of other
 * servers, whose prototypes belong to everybody.
 *
 * What is defined there once serves every request of the app, and of the apps mounted in it, which inherit it; defined on
 * each request anew it costs microseconds, and makes each later access to that request slow.
 */
export const appPrototypeOf = (message: object): object | undefined => {
  const prototype: unknown = Object.getPrototypeOf(message);
  // Both majors make one object per app, and write the app there.
  const isOfApp = typeof prototype === 'object' && prototype !== null && Object.hasOwn(prototype, 'app');
  return isOfApp ? prototype : undefined;
};
