/**
 * The Standard Schema interface, version 1, as far as validation needs it: what zod, valibot, arktype and others
 * implement. Kept here, so that the package's types need no other package.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardSchemaProps<Input, Output>;
}

/** What a schema offers under `~standard`. */
export interface StandardSchemaProps<Input = unknown, Output = Input> {
  readonly version: 1;
  /** Name of the library. */
  readonly vendor: string;
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
  /** Never there at run time; carries the types. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

/** A parsed value, or what is wrong with it. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong, and where. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema gives for a valid value; `undefined` where there may be no schema. */
export type SchemaOutput<Schema> = Schema extends undefined
  ? undefined
  : Schema extends StandardSchema<unknown, unknown>
    ? NonNullable<Schema['~standard']['types']>['output']
    : never;
