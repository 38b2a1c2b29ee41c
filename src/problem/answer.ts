/** What is answered to an error: everything public about it, and nothing else. */
export interface ProblemAnswer {
  readonly status: number;
  readonly code: string;
  /** At most 2 000 characters, as `detail`. */
  readonly title: string;
  readonly detail: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}
