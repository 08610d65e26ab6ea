import { runApp } from '@bff/config';
import { startBff } from './bff.app.js';
import { bffConfig } from './bff.config.js';

await runApp(bffConfig, startBff);
