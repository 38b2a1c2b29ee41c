export { createLossDetector } from './loss-detector.ts';
