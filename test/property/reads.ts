/** What is asked of an error and of all that hangs on it. */
export interface CountedReads<T> {
  readonly counted: T;
  /** How often any of it was asked for a member, or for all of them. */
  reads(): number;
}

/** Wraps a value so that every question to it, and to the objects that it gives out, is counted. */
export const countReads = <T extends object>(value: T): CountedReads<T> => {
  let reads = 0;
  const wrapped = new WeakMap<object, object>();

  const wrap = <V extends object>(target: V): V => {
    const known = wrapped.get(target);
    // What was wrapped for a target is of its type.
    if (known !== undefined) return known as V;
    const proxy = new Proxy(target, {
      get: (on, key) => {
        reads += 1;
        const member: unknown = Reflect.get(on, key);
        const own = Object.getOwnPropertyDescriptor(on, key);
        // A proxy may not give out anything else for members that cannot change.
        const isFixed = own?.configurable === false && own.writable === false;
        return typeof member === 'object' && member !== null && !isFixed ? wrap(member) : member;
      },
      has: (on, key) => {
        reads += 1;
        return Reflect.has(on, key);
      },
      ownKeys: (on) => {
        reads += 1;
        return Reflect.ownKeys(on);
      },
      getOwnPropertyDescriptor: (on, key) => {
        reads += 1;
        return Reflect.getOwnPropertyDescriptor(on, key);
      },
    });
    wrapped.set(target, proxy);
    return proxy;
  };

  return { counted: wrap(value), reads: () => reads };
};
