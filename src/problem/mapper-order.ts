import { classGuardOf } from '../errors/index.ts';
import { brandSymbol, readSafely } from '../kernel/index.ts';

const MAPPER_CLASS = brandSymbol('mapper.class');

/** Marks a mapper with the class that it is for, whatever copy of the package orders it. */
export const forClass = <F extends object>(mapper: F, errorClass: unknown): F =>
  Object.defineProperty(mapper, MAPPER_CLASS, { value: errorClass });

/** Whether errors of class `below` are of class `above` too. */
const covers = (above: unknown, below: unknown): boolean => {
  const prototype = readSafely(below, 'prototype');
  const guard = classGuardOf(above);
  if (guard !== undefined) return guard(prototype);
  const ancestor = readSafely(above, 'prototype');
  return ancestor !== undefined && Object.prototype.isPrototypeOf.call(ancestor, Object(prototype));
};

const extendsClass = (below: unknown, above: unknown): boolean =>
  covers(above, below) && !covers(below, above);

/**
 * The mappers with the most specific classes first: one of a class goes before an earlier one of a class that it
 * extends, or of its family. Predicates and unrelated classes stay in their order.
 */
export const orderMappers = <F extends object>(mappers: readonly F[]): readonly F[] => {
  const ordered: F[] = [];
  for (const mapper of mappers) {
    const own = readSafely(mapper, MAPPER_CLASS);
    const index =
      own === undefined
        ? -1
        : ordered.findIndex((earlier) => extendsClass(own, readSafely(earlier, MAPPER_CLASS)));
    ordered.splice(index === -1 ? ordered.length : index, 0, mapper);
  }
  return ordered;
};
