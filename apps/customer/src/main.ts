import { runApp } from '@bff/config';
import { customerConfig } from './customer.config.js';
import { startCustomer } from './customer.app.js';

await runApp(customerConfig, startCustomer);
