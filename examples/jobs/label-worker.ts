import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, runWithCarrier } from 'express-breakwater';

const logger = createLogger({ service: 'shop-labels' });

runWithCarrier(workerData.context, () => {
  logger.info({ orderId: workerData.orderId }, 'label rendered');
  parentPort?.postMessage(`Order ${workerData.orderId}`);
});
