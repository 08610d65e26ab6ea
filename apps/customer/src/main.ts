import { runApp } from '@bff/config';
import { customerConfig } from './customer.config.js';
import { startCustomer } from './customer.service.js';

await runApp(customerConfig, startCustomer);
