import { isArray, readSafely } from '../kernel/index.ts';

/** The template of where a router is mounted, and the parameters that were there when it was entered. */
interface Mount {
  readonly template: string;
  readonly params: unknown;
}

interface Parameter {
  readonly token: string;
  readonly segments: readonly string[];
}

const MAX_PARAMETERS = 32;

/** How a parameter stands in a template; Express 4 numbers its wildcards and groups. */
const tokenOf = (name: string, value: unknown): string => {
  if (/^\d+$/.test(name)) return '*';
  return isArray(value) ? `*${name}` : `:${name}`;
};

const parameterOf = (name: string, value: unknown): readonly Parameter[] => {
  const segments: readonly unknown[] = isArray(value) ? value : String(value).split('/');
  const usable = segments.every(
    (segment): segment is string => typeof segment === 'string' && segment !== '',
  );
  return usable && segments.length > 0 ? [{ token: tokenOf(name, value), segments }] : [];
};

/** The parameters that a mount brought, then those it was entered with, which `mergeParams` repeats. */
const parametersOf = (params: unknown, inherited: unknown): readonly Parameter[] => {
  if (typeof params !== 'object' || params === null) return [];
  const entries = Object.keys(params)
    .slice(0, MAX_PARAMETERS)
    .map((name) => [name, readSafely(params, name)] as const)
    .filter(([, value]) => value !== undefined);
  const isInherited = ([name, value]: readonly [string, unknown]): boolean =>
    readSafely(inherited, name) === value;
  const ordered = [...entries.filter((each) => !isInherited(each)), ...entries.filter(isInherited)];
  return ordered.flatMap(([name, value]) => parameterOf(name, value));
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const indexOf = (path: readonly string[], { segments }: Parameter): number =>
  path.findIndex((_, start) => segments.every((segment, offset) => path[start + offset] === segment));

/** The path with parameters in the place of their values. A parameter that is a part of a segment is looked for last. */
const templateOf = (path: string, parameters: readonly Parameter[]): string => {
  const segments = path.split('/').map(decoded);
  const parts: Parameter[] = [];
  for (const parameter of parameters) {
    const index = indexOf(segments, parameter);
    if (index < 0) parts.push(parameter);
    else segments.splice(index, parameter.segments.length, parameter.token);
  }
  for (const {
    token,
    segments: [value = ''],
  } of parts) {
    const index = segments.findLastIndex((segment) => !segment.startsWith(':') && segment.includes(value));
    if (index >= 0) segments[index] = segments[index]?.replace(value, () => token) ?? '';
  }
  return segments.join('/');
};

/**
 * Follows where in the app a request is, by what Express writes to `baseUrl`: that holds the values of the parameters of
 * a mount, `/tenants/acme` for `app.use('/tenants/:tenant', …)`, and nothing else tells its pattern.
 */
export class Mounts {
  /** Made at the first mount: most requests meet none. */
  #known: Map<string, Mount> | undefined;
  #current = '';

  /** Notes that `base` was written while `params` were those of the request. */
  enter(base: string, params: unknown): void {
    if (base === this.#current) return;
    const isDeeper = base.startsWith(this.#current);
    this.#known ??= new Map();
    // On its way back Express writes what was there before.
    if (isDeeper || (base !== '' && !this.#known.has(base))) {
      const parent = isDeeper ? this.#known.get(this.#current) : undefined;
      const added = isDeeper ? base.slice(this.#current.length) : base;
      const template = `${parent?.template ?? ''}${templateOf(added, parametersOf(params, parent?.params))}`;
      this.#known.set(base, { template, params });
    }
    this.#current = base;
  }

  /** The template of the mount that the request is in. */
  template(): string {
    return this.#known?.get(this.#current)?.template ?? this.#current;
  }
}
