/** As much of pg as the tests use; it has no types. */
declare module 'pg' {
  export class Client {
    constructor(options: object);
    connect(): Promise<void>;
    query(sql: string): Promise<unknown>;
    end(): Promise<void>;
    on(event: 'error', listener: (error: Error) => void): this;
  }
}
