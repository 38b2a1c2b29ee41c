const SAFE = Symbol('safe to print');

/** Marks an object of our own making as free of secrets and bounded, so that it is printed as it is. */
export const markSafe = <T extends object>(value: T): T =>
  Object.defineProperty(value, SAFE, { value: true });

/** Whether `markSafe` marked it. */
export const isSafe = (value: object): boolean => SAFE in value;
