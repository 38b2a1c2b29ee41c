/** As much of the untyped libraries as the tests use. */
declare module 'connect-timeout' {
  import type { RequestHandler } from 'express';

  const timeout: (time: number) => RequestHandler;

  export = timeout;
}
declare module 'cors' {
  import type { RequestHandler } from 'express';

  type Done = (error: Error | null, allow?: boolean) => void;
  const cors: (options: { origin: (origin: string | undefined, done: Done) => void }) => RequestHandler;

  export = cors;
}
declare module 'csurf' {
  import type { RequestHandler } from 'express';

  const csurf: (options: { cookie: boolean }) => RequestHandler;

  export = csurf;
}
declare module 'passport' {
  import type { RequestHandler } from 'express';

  const passport: {
    use(strategy: object): void;
    authenticate(name: string, options: { session: boolean; failWithError: boolean }): RequestHandler;
  };

  export = passport;
}
declare module 'passport-http-bearer' {
  type Done = (error: Error | null, user?: object | false, info?: string) => void;
  export class Strategy {
    constructor(verify: (token: string, done: Done) => void);
  }
}
declare module 'multer1' {
  export { default } from 'multer';
}
