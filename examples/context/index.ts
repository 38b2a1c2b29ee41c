// #region readme
import { EventEmitter } from 'node:events';
import DataLoader from 'dataloader';
import express from 'express';
import { addContext, bindContext, breakwater, getContext, preserve } from 'express-breakwater';
import multer from 'multer';

const { before, after } = breakwater({
  service: 'photos',
  context: { detectLoss: process.env.NODE_ENV !== 'production' },
});
const upload = multer({ storage: multer.memoryStorage() });
const thumbnails = new EventEmitter();
// Bound here, outside of every request: a batch for several of them is on behalf of none.
const schedule = bindContext((run: () => void) => setImmediate(run));
const owners = new DataLoader(async (ids: readonly string[]) => ids.map((id) => `owner of ${id}`), {
  batchScheduleFn: schedule,
});

export const app = express();
app.use(before); // ahead of parsers: what they refuse is answered and logged with its ids
app.post('/photos', preserve(upload.single('photo')), (req, res) => {
  addContext({ photo: req.file?.originalname ?? 'none' }); // in every line of this request from now on
  const { requestId } = getContext();
  const listener = bindContext(() => res.status(201).json({ requestId, later: getContext().requestId }));
  thumbnails.once(`made ${requestId}`, listener); // whoever emits: it runs on behalf of this request
  schedule(() => thumbnails.emit(`made ${requestId}`));
});
app.get('/photos/:id', async (req, res) => {
  const owner = await owners.load(req.params.id);
  res.json({ owner, requestId: getContext().requestId }); // after the await: this request again
});
app.use(after);
// #endregion readme
