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

/**
 * The prototype below that of Node's class that all apps of one Express inherit; `undefined` for messages of other
 * servers. For what must hold wherever a message goes: an app that is called as a function puts its own prototype in the
 * place of the one that the message had.
 */
export const expressPrototypeOf = (message: object): object | undefined => {
  let prototype: object | null | undefined = appPrototypeOf(message);
  for (
    let above = prototype;
    above && !Object.hasOwn(above, 'constructor');
    above = Object.getPrototypeOf(above)
  )
    prototype = above;
  return prototype;
};
