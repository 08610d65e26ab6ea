import { runApp } from '@bff/config';
import { orderConfig } from './order.config.js';
import { startOrder } from './order.app.js';

await runApp(orderConfig, startOrder);
