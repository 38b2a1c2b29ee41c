import { type GuardedDecorator, guarded } from '../../src/guard/index.ts';
import type { ProtectOptions } from '../../src/index.ts';

/** What a compiler hands to the decorator of a method. */
export const methodContext = (
  name: string,
  change: object = {},
): ClassMethodDecoratorContext<never, never> => {
  const context = { kind: 'method', name, static: false, private: false, metadata: {}, ...change };
  // No test asks for access or initializers.
  return context as unknown as ClassMethodDecoratorContext<never, never>;
};

/** Decorates a function by hand, as a compiler would a method. */
export const decorate = <Args extends readonly unknown[], Res>(
  method: (...args: Args) => Promise<Res>,
  options: Omit<ProtectOptions<Args, unknown, Res>, 'name'> = {},
): ((...args: Args) => Promise<Res>) => {
  const decorator: GuardedDecorator<Args, Res> = guarded<Args, Res>({ name: 'db', ...options });
  // By hand the compiler cannot see that the types fit.
  return decorator<unknown, Args, Res>(method as never, methodContext(method.name) as never);
};
