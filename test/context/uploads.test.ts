import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import multer from 'multer';
import oldMulter from 'multer1';
import { contextOf, preserve, rebind, requestContext, tryGetContext } from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { readText } from '../support/regions.ts';
import { serve } from '../support/sockets.ts';

const form = (): FormData => {
  const data = new FormData();
  data.set('title', 'a photo');
  // Longer than what a socket hands over at once.
  data.set('photo', new Blob(['x'.repeat(300_000)]), 'photo.jpg');
  return data;
};

const old = () => oldMulter({ storage: oldMulter.memoryStorage() }).single('photo');
const current = () => multer({ storage: multer.memoryStorage() }).single('photo');

describe.each(expressMajors)('an upload on $major', ({ express }) => {
  /** Whether the handler behind ran in the context of its request. */
  const holds = async (handlers: readonly RequestHandler[], detectLoss = false): Promise<unknown> => {
    const app = express();
    app.use(requestContext({ detectLoss }));
    app.post('/photos', ...handlers, (req, res) => {
      res.json({ size: req.file?.size, held: tryGetContext() === contextOf(req) });
    });
    const served = await serve(app);
    const answer = await fetch(`${served.url}/photos`, { method: 'POST', body: form() });
    const body = await answer.json();
    await served.close();
    return body;
  };

  it('by multer 1.4.5-lts.1 loses the context', async () => {
    expect(await holds([old()])).toEqual({ size: 300_000, held: false });
  });

  it('by multer 1.4.5-lts.1 keeps it in preserve(), and has it again behind rebind()', async () => {
    expect(await holds([preserve(old())])).toEqual({ size: 300_000, held: true });
    expect(await holds([old(), rebind() as RequestHandler])).toEqual({ size: 300_000, held: true });
  });

  it('by multer 1.4.5-lts.1 is told by the loss detector as the guide shows it', async () => {
    const { emitWarning } = process;
    const warnings: unknown[] = [];
    process.emitWarning = (text: unknown) => {
      warnings.push(text);
    };

    await holds([old()], true);

    process.emitWarning = emitWarning;
    expect(warnings).toHaveLength(1);
    expect(readText('docs/context.md')).toContain(`[BREAKWATER_CONTEXT_LOST] Warning: ${warnings[0]}\n`);
  });

  it('by multer 2.5 keeps it', async () => {
    expect(await holds([current()])).toEqual({ size: 300_000, held: true });
  });
});
